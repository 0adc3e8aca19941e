/** A crossing with both its sides, clocks in any order, and resets of one side alone. */
import { elaborate } from '#edsl'
import { compileWasm, openWasm } from '#engine'
import { moduleCrossing } from '#hdl/noc'
import { packet, type Packet } from './packets.ts'

export type Side = 'left' | 'right'

/** A stream through the crossing: who fills it, who empties it. */
interface Path {
  readonly into: string
  readonly outOf: string
  readonly from: Side
  readonly to: Side
  /** Flits that still have to be sent, packet by packet. */
  readonly queue: bigint[][]
  /** Flits that came out since the receiver began. */
  readonly received: bigint[]
  /** Whole packets, or what a reset left of them. */
  readonly packets: Packet[]
  readonly sentAt: number[]
  readonly receivedAt: number[]
  offering: boolean
}

const compiled = compileWasm(elaborate(moduleCrossing(2)))
const flitMask = (1n << 64n) - 1n

export const crossingBench = () => {
  const engine = openWasm(compiled, { seed: 1 })
  const words = new BigUint64Array(engine.memory)
  const slots = new Map([...compiled.inputs, ...compiled.outputs].map((slot) => [slot.label, slot.offset / 8]))
  const at = (name: string): number => {
    const found = slots.get(name)
    if (found === undefined) throw new RangeError(`no port ${name}; there are ${[...slots.keys()].join(', ')}`)
    return found
  }
  const read = (name: string): bigint => words[at(name)]!
  const flitOf = (name: string): bigint => {
    const place = at(name)
    return words[place]! | (words[place + 1]! << 64n) | (words[place + 2]! << 128n)
  }
  const paths = [0, 1].flatMap((one): Path[] => {
    const path = (into: string, outOf: string, from: Side, to: Side): Path => ({
      ...{ into: `${into}[${one}]`, outOf: `${outOf}[${one}]`, from, to, queue: [], received: [], packets: [] },
      ...{ sentAt: [], receivedAt: [], offering: false },
    })
    return [path('inject', 'injected', 'left', 'right'), path('delivered', 'deliver', 'right', 'left')]
  })
  const edges = { left: 0, right: 0 }
  const held = { left: false, right: false }
  const bit = (side: Side): number => 1 << compiled.domains.indexOf(side)

  const setReset = (side: Side, value: boolean): void => {
    held[side] = value
    const slot = compiled.resets[compiled.domains.indexOf(side)]!
    words[slot.offset / 8] = value ? 1n : 0n
    if (!value) return
    for (const path of paths) {
      if (path.from === side) {
        path.offering = false
        words[at(`${path.into}.valid`)] = 0n
      }
      if (path.to === side) {
        path.received.length = 0
        words[at(`${path.outOf}.ready`)] = 0n
      }
    }
  }

  /** The packets of which a sender has sent a part. */
  const begun = new Set<Path>()

  /** One instant: the clocks of `sides` rise. */
  const edge = (sides: readonly Side[], sends: () => boolean, takes: () => boolean): void => {
    for (const path of paths) {
      if (!path.offering && !held[path.from] && path.queue.length > 0 && sends()) {
        const place = at(`${path.into}.payload`)
        const flit = path.queue[0]![0]!
        words[place] = flit & flitMask
        words[place + 1] = (flit >> 64n) & flitMask
        words[place + 2] = flit >> 128n
        words[at(`${path.into}.valid`)] = 1n
        path.offering = true
      }
      words[at(`${path.outOf}.ready`)] = !held[path.to] && takes() ? 1n : 0n
    }
    engine.settle()
    const sent = paths.filter(
      (path) => sides.includes(path.from) && !held[path.from] && path.offering && read(`${path.into}.ready`) === 1n,
    )
    const came = paths.flatMap((path) =>
      sides.includes(path.to) && read(`${path.outOf}.valid`) === 1n && read(`${path.outOf}.ready`) === 1n
        ? [{ path, flit: flitOf(`${path.outOf}.payload`) }]
        : [],
    )
    if (
      engine.step(
        sides.reduce((mask, side) => mask | bit(side), 0),
        1,
      ) !== 1
    )
      throw new Error(
        engine
          .events()
          .map(({ path, sentence }) => `${path.join('.')}: ${sentence}`)
          .join('; '),
      )
    for (const path of sent) {
      path.queue[0]!.shift()
      path.sentAt.push(edges[path.from])
      path.offering = false
      words[at(`${path.into}.valid`)] = 0n
      if (path.queue[0]!.length === 0) {
        path.queue.shift()
        begun.delete(path)
      } else begun.add(path)
    }
    for (const { path, flit } of came) {
      path.received.push(flit)
      path.receivedAt.push(edges[path.to])
      if (flit >> 137n === 0n) path.packets.push(path.received.splice(0))
    }
    for (const side of sides) edges[side]++
  }

  return {
    paths,
    edge,
    reset: (side: Side): void => {
      setReset(side, true)
      for (const path of begun) if (path.from === side) path.queue.shift()
      for (const path of [...begun]) if (path.from === side) begun.delete(path)
    },
    release: (side: Side): void => setReset(side, false),
    close: () => engine.close(),
  }
}

/** A packet that knows its number. */
export const numbered = (number: number, follows: number): Packet =>
  packet({ mode: 2, address: number, targetMod: 0x24 }, follows, BigInt(number))

/** The number of a packet. */
export const numberOf = (one: Packet): number => Number((one[0]! >> 64n) & 0xffff_ffffn)
