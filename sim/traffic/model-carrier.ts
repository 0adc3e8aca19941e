// The timed model as a carrier.

import { TimedNetwork } from '#model'
import type { Network } from '#topology'
import { type Carrier, carrierArrays, flitWords } from './carrier.ts'
import { burstAt, headAt } from './flit-words.ts'
import { trafficModules } from './patterns.ts'

/** Runs the timed model of a network. */
export const modelCarrier = (network: Network): Carrier => {
  const arrays = carrierArrays(trafficModules(network).length, network.classes)
  const { modules, classes, offers, offered, accepts, taken, arrives, arrived } = arrays
  const byMod = new Map(network.modules.map(({ mod, index }) => [mod, index]))
  let timed = new TimedNetwork(network)
  /** Flits on their way, by number; free numbers. */
  let flits = new Uint32Array(1024 * flitWords)
  let free: number[] = []
  const waiting = new Int32Array(offers.length)
  const inside = new Uint8Array(offers.length)

  const begin = (): void => {
    for (const array of [offers, taken, arrives, inside]) array.fill(0)
    waiting.fill(-1)
    free = Array.from({ length: flits.length / flitWords }, (_, number) => number)
  }
  const keep = (stream: number): number => {
    let number = free.pop()
    if (number === undefined) {
      number = flits.length / flitWords
      const more = new Uint32Array(2 * flits.length)
      more.set(flits)
      flits = more
      for (let next = number + 1; next < more.length / flitWords; next++) free.push(next)
    }
    flits.set(offered.subarray(stream * flitWords, (stream + 1) * flitWords), number * flitWords)
    return number
  }
  begin()

  return {
    ...arrays,
    cycle: () => {
      for (let module = 0, stream = 0; module < modules; module++)
        for (let messageClass = 0; messageClass < classes; messageClass++, stream++) {
          timed.accept(module, messageClass, accepts[stream] === 1)
          if (offers[stream] === 0 || waiting[stream]! >= 0) continue
          const at = stream * flitWords
          const isTail = !burstAt(offered, at)
          let target = 0
          if (inside[stream] === 0) {
            target = byMod.get(headAt(offered, at).targetMod) ?? -1
            if (target < 0) throw new RangeError('the timed model knows no packets to missing modules')
            offered[at + 3] = (offered[at + 3]! & 0x3ffff) | (network.modules[module]!.mod << 24) | (network.chip << 18)
          }
          waiting[stream] = keep(stream)
          timed.offer(module, messageClass, waiting[stream]!, target, isTail)
        }
      timed.step()
      for (let module = 0, stream = 0; module < modules; module++)
        for (let messageClass = 0; messageClass < classes; messageClass++, stream++) {
          taken[stream] = timed.taken(module, messageClass) ? 1 : 0
          if (taken[stream] === 1) {
            inside[stream] = burstAt(offered, stream * flitWords) ? 1 : 0
            waiting[stream] = -1
          }
          const number = timed.arrived(module, messageClass)
          arrives[stream] = number < 0 ? 0 : 1
          if (number < 0) continue
          arrived.set(flits.subarray(number * flitWords, (number + 1) * flitWords), stream * flitWords)
          free.push(number)
        }
    },
    reset: () => {
      timed = new TimedNetwork(network)
      begin()
    },
    [Symbol.dispose]: () => {},
  }
}
