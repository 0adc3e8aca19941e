// Searches traffic that keeps a packet as long as it can: random plans first, then small changes to the best one. NoC 10.6.

import { type LatencyBound, latencyBounds, type MessageClass, type Network, pathOf } from '#topology'
import type { Carrier } from './carrier.ts'
import { type Draws, drawsOf } from './draws.ts'
import { Exchange } from './exchange.ts'
import { notYet } from './packet-table.ts'
import { trafficModules } from './patterns.ts'

/** One packet of a module's plan, which it repeats for ever. */
interface PlannedPacket {
  readonly target: number
  readonly flits: number
  /** Cycles from the end of the packet before it to its making. */
  readonly gap: number
  /** Cycles in which the module is silent behind the head. */
  readonly pause: number
}

/** What each module does in each class. */
type Plan = readonly (readonly PlannedPacket[])[]

export interface AdversaryOptions {
  readonly seed: number
  /** Random plans, and changes to the best of them. */
  readonly attempts: number
  readonly climbs: number
  /** Cycles of each run. @defaultValue 1500 */
  readonly cycles?: number
  /** All packets go there in class 0, nobody pauses, and the bound is that of one target. Without it, anything goes. */
  readonly onlyTarget?: number
  /** What no packet may exceed. @defaultValue the bound of any traffic, or of one target */
  readonly boundOf?: (bound: LatencyBound) => number | undefined
}

/** The packet that came closest to its bound. */
export interface WorstFound {
  /** Its time by its bound: above 1 the bound is wrong. */
  readonly share: number
  readonly class: number
  readonly source: number
  readonly target: number
  /** From the head at the front of its source's queue to the delivery of its tail. */
  readonly cycles: number
  readonly bound: number
  /** Packets whose time was looked at. */
  readonly packets: number
  readonly faults: readonly string[]
}

const mostPlanned = 6

/**
 * Searches the worst case of a network; the same for the same seed. Packets are no longer than the network's
 * `longestPacket`, pauses shorter than its transmit guard.
 *
 * Rejects: RangeError when the target is one to which there is no such bound.
 */
export const searchWorstCase = (carrier: Carrier, network: Network, options: AdversaryOptions): WorstFound => {
  const { seed, attempts, climbs } = options
  const draws = drawsOf(seed)
  const search = new Search(carrier, network, options)
  let best = search.random(draws)
  let worst = search.run(best)
  let packets = worst.packets
  const consider = (plan: Plan): void => {
    const found = search.run(plan)
    packets += found.packets
    if (found.faults.length > 0 && worst.faults.length > 0) return
    if (found.faults.length === 0 && (worst.faults.length > 0 || found.share < worst.share)) return
    best = plan
    worst = found
  }
  for (let attempt = 1; attempt < attempts; attempt++) consider(search.random(draws))
  for (let climb = 0; climb < climbs; climb++) consider(search.changed(best, draws))
  return { ...worst, packets }
}

/** Where packets of a class enter, and where they may go. */
interface Stream {
  readonly module: number
  readonly messageClass: MessageClass
  readonly targets: readonly number[]
}

class Search {
  readonly #carrier: Carrier
  readonly #network: Network
  readonly #options: AdversaryOptions
  readonly #streams: readonly Stream[]
  /** By class, source and target. */
  readonly #bounds = new Map<number, number>()

  constructor(carrier: Carrier, network: Network, options: AdversaryOptions) {
    const { onlyTarget } = options
    this.#carrier = carrier
    this.#network = network
    this.#options = options
    const all = trafficModules(network).map(({ index }) => index)
    const classes = Array.from({ length: onlyTarget === undefined ? network.classes : 1 }, (_, one) => one)
    this.#streams = classes.flatMap((one) =>
      all.flatMap((module): readonly Stream[] => {
        const targets = (onlyTarget === undefined ? all : [onlyTarget]).filter(
          (target) => pathOf(network, module, target) !== undefined,
        )
        return targets.length === 0 ? [] : [{ module, messageClass: one as MessageClass, targets }]
      }),
    )
    const { boundOf = ({ anyTraffic, oneTarget }) => (onlyTarget === undefined ? anyTraffic : oneTarget) } = options
    for (const one of classes)
      for (const each of latencyBounds(network, one as MessageClass)) {
        const { source, target } = each
        if (onlyTarget !== undefined && target !== onlyTarget) continue
        const bound = boundOf(each)
        if (bound === undefined)
          throw new RangeError(`no bound from module ${source} to ${target} alone: depth is below the round trip`)
        this.#bounds.set(this.#key(one, source, target), bound)
      }
  }

  #key(messageClass: number, source: number, target: number): number {
    return (messageClass * this.#carrier.modules + source) * this.#carrier.modules + target
  }

  /** A plan for every stream. */
  random(draws: Draws): Plan {
    return this.#streams.map((stream) =>
      Array.from({ length: draws.between(1, mostPlanned) }, () => this.#packet(stream, draws)),
    )
  }

  /** The same plan with one packet changed, added, or left out. */
  changed(plan: Plan, draws: Draws): Plan {
    const at = draws.below(plan.length)
    const stream = this.#streams[at] as Stream
    const own = [...(plan[at] as readonly PlannedPacket[])]
    const place = draws.below(own.length)
    const kind = draws.below(5)
    if (kind === 0 && own.length < mostPlanned) own.splice(place, 0, this.#packet(stream, draws))
    else if (kind === 1 && own.length > 1) own.splice(place, 1)
    else {
      const { target, flits, gap, pause } = this.#packet(stream, draws)
      const now = own[place] as PlannedPacket
      own[place] =
        [
          { ...now, target },
          { ...now, flits },
          { ...now, gap, pause },
        ][kind - 2] ?? now
    }
    return plan.map((packets, index) => (index === at ? own : packets))
  }

  /** Runs a plan on the empty network. */
  run(plan: Plan): WorstFound {
    const { cycles = 1500 } = this.#options
    const carrier = this.#carrier
    carrier.reset()
    const states = this.#streams.map(() => ({ at: 0, due: 0, begun: false, silent: 0 }))
    const placeOf = new Map(
      this.#streams.map(({ module, messageClass }, place) => [module * carrier.classes + messageClass, place]),
    )
    const stateOf = (stream: number) => states[placeOf.get(stream) as number] as (typeof states)[number]
    const exchange: Exchange = new Exchange({
      carrier,
      network: this.#network,
      offer: (stream) => {
        const state = stateOf(stream)
        if (!state.begun) state.begun = true
        else if (state.silent > 0) return --state.silent < 0
        return true
      },
      onSent: (packet) => {
        const { packets } = exchange
        const stream = packets.source(packet) * carrier.classes + packets.class(packet)
        const state = stateOf(stream)
        state.begun = false
        state.at++
        state.due = exchange.cycle + 1 + this.#planned(plan, placeOf.get(stream) as number, state.at).gap
      },
    })
    while (exchange.cycle < cycles) {
      states.forEach((state, place) => {
        if (state.due > exchange.cycle) return
        const { target, flits, pause } = this.#planned(plan, place, state.at)
        const { module, messageClass } = this.#streams[place] as Stream
        state.due = Infinity
        state.silent = pause
        exchange.send(module, target, messageClass, flits, pause)
      })
      exchange.step()
    }
    return this.#worstOf(exchange)
  }

  #planned(plan: Plan, place: number, at: number): PlannedPacket {
    const own = plan[place] as readonly PlannedPacket[]
    return own[at % own.length] as PlannedPacket
  }

  #packet({ targets }: Stream, draws: Draws): PlannedPacket {
    const { longestPacket, guards } = this.#network.parameters
    const flits = draws.happens(0.3) ? 1 : draws.happens(0.6) ? longestPacket : draws.between(1, longestPacket)
    const mayPause = this.#options.onlyTarget === undefined && guards.tx > 1 && flits > 1
    return {
      target: targets[draws.below(targets.length)] as number,
      flits,
      gap: draws.happens(0.7) ? 0 : draws.below(20),
      pause: mayPause && draws.happens(0.7) ? draws.between(0, guards.tx - 1) : 0,
    }
  }

  /** Packets that were not delivered yet have taken at least as long as they are there. Those that paused do not count. */
  #worstOf({ packets, cycle, faults }: Exchange): WorstFound {
    let worst = { share: 0, class: 0, source: -1, target: -1, cycles: 0, bound: Infinity }
    let count = 0
    for (let packet = 0; packet < packets.count; packet++) {
      const front = packets.front(packet)
      if (front === notYet || packets.tag(packet) > 0) continue
      count++
      const delivered = packets.delivered(packet)
      const [source, target] = [packets.source(packet), packets.target(packet)]
      const took = (delivered === notYet ? cycle : delivered) - front
      const bound = this.#bounds.get(this.#key(packets.class(packet), source, target)) ?? 0
      if (took / bound > worst.share)
        worst = { share: took / bound, class: packets.class(packet), source, target, cycles: took, bound }
    }
    return { ...worst, packets: count, faults }
  }
}
