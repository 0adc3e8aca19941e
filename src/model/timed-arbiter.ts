/** Who goes first in the routers of the timed network: turns, and shares of sources. NoC section 10.6. */
import type { NetworkParameters } from '#layout'
import type { PlaneGraph } from './timed-graph.ts'

/** Requesters by number who take turns: whoever was served last goes last. */
class Turns {
  readonly #stamps: Float64Array
  #now = 0

  constructor(requesters: number) {
    this.#stamps = new Float64Array(requesters)
  }

  /** Small for those who go first. */
  stamp(requester: number): number {
    return this.#stamps[requester]!
  }

  serve(requester: number): void {
    this.#stamps[requester] = ++this.#now
  }
}

/** Decides for a plane. Queues are `input * vcs + vc`, places `output * vcs + vc`. */
export class TimedArbiter {
  readonly #graph: PlaneGraph
  readonly #parameters: NetworkParameters
  readonly #queueTurns: Turns
  readonly #placeTurns: Turns
  /** Of inputs at a place, by place * most inputs + input of the router. */
  readonly #inputTurns: Turns
  readonly #most: number
  readonly #level: Int32Array
  readonly #queuePassed: Int32Array
  readonly #placePassed: Int32Array
  /** Flits that an input sent beyond its share, by place and input; and up to which cycle this is settled. */
  readonly #debts: Float64Array
  readonly #settled: Float64Array

  constructor(parameters: NetworkParameters, graph: PlaneGraph) {
    this.#graph = graph
    this.#parameters = parameters
    const places = graph.leadsTo.length * graph.vcs
    const queues = graph.comesFrom.length * graph.vcs
    this.#most = Math.max(1, ...graph.weights.map(({ length }) => length))
    this.#queueTurns = new Turns(queues)
    this.#placeTurns = new Turns(places)
    this.#inputTurns = new Turns(places * this.#most)
    this.#queuePassed = new Int32Array(queues)
    this.#placePassed = new Int32Array(places)
    this.#debts = new Float64Array(places * this.#most)
    this.#settled = new Float64Array(places)
    this.#level = Int32Array.from({ length: graph.vcs }, (_, vc) => parameters.priority.levels[graph.classOf[vc]!] ?? 0)
  }

  /** The queue that an input offers, of those that may go. */
  offered(queues: readonly number[]): number {
    return this.#firstTurn(queues, this.#queueTurns, this.#queuePassed)
  }

  /** A queue had its turn at its input, `others` had not. */
  hadTurn(queue: number, others: readonly number[]): void {
    this.#serve(queue, others, this.#queueTurns, this.#queuePassed)
  }

  /** The place of an output that gets its flit, of those with a queue that asks. */
  placeOf(places: readonly number[]): number {
    return this.#firstTurn(places, this.#placeTurns, this.#placePassed)
  }

  /** A flit goes to a place, `others` had wanted to. */
  placed(place: number, others: readonly number[]): void {
    this.#serve(place, others, this.#placeTurns, this.#placePassed)
  }

  /**
   * A cycle begins at a place with these inputs waiting, of which these can move: when all of those had their share, a round
   * of shares ends. Called in every cycle in which the router has a flit; the cycles between ended a round each.
   */
  beginCycle(place: number, cycle: number, waits: boolean, moving: readonly number[]): void {
    if (this.#parameters.arbitration !== 'sourceWeighted') return
    const weights = this.#weightsAt(place)
    const idle = cycle - this.#settled[place]! - 1
    this.#settled[place] = cycle
    for (let round = 0; round < Math.min(idle, 400); round++) this.#endRound(place, weights)
    const isOver = (input: number): boolean => this.#debts[place * this.#most + input]! >= Math.max(1, weights[input]!)
    if (!waits || (moving.length > 0 && moving.every(isOver))) this.#roundEnds.push(place)
  }

  /** Rounds end with the cycle in which they are over. */
  endCycle(): void {
    for (const place of this.#roundEnds) this.#endRound(place, this.#weightsAt(place))
    this.#roundEnds.length = 0
    for (const at of this.#charged) this.#debts[at]! += 1
    this.#charged.length = 0
    ;[this.#charged, this.#sent] = [this.#sent, this.#charged]
  }

  /** The input that goes to a place, of those that ask, with the ages of their packets. */
  inputFor(place: number, inputs: readonly number[], ageOf: (input: number) => number): number {
    const { arbitration } = this.#parameters
    const weights = this.#weightsAt(place)
    let best = inputs[0]!
    for (const input of inputs) {
      if (input === best) continue
      const [one, other] = [place * this.#most + input, place * this.#most + best]
      let difference = 0
      if (arbitration === 'age') difference = ageOf(best) - ageOf(input)
      if (arbitration === 'sourceWeighted')
        difference =
          (this.#debts[one]! >= Math.max(1, weights[input]!) ? 1 : 0) -
          (this.#debts[other]! >= Math.max(1, weights[best]!) ? 1 : 0)
      if (difference === 0) difference = this.#inputTurns.stamp(one) - this.#inputTurns.stamp(other) || input - best
      if (difference < 0) best = input
    }
    return best
  }

  /** A flit of an input goes to a place. */
  sends(place: number, input: number): void {
    const at = place * this.#most + input
    this.#inputTurns.serve(at)
    this.#sent.push(at)
  }

  #roundEnds: number[] = []
  /** Flits of this cycle and of the one before, which the hardware charges a cycle late. */
  #sent: number[] = []
  #charged: number[] = []

  #endRound(place: number, weights: Int32Array): void {
    for (let input = 0; input < weights.length; input++) {
      const at = place * this.#most + input
      const share = Math.max(1, weights[input]!)
      this.#debts[at] = this.#debts[at]! >= share ? this.#debts[at]! - share : 0
    }
  }

  #weightsAt(place: number): Int32Array {
    return this.#graph.weights[Math.floor(place / this.#graph.vcs)]!
  }

  #firstTurn(requesters: readonly number[], turns: Turns, passed: Int32Array): number {
    const byLevel = this.#parameters.arbitration === 'priority'
    const { bound } = this.#parameters.priority
    const levelOf = (one: number): number =>
      !byLevel || passed[one]! >= bound ? -1 : this.#level[one % this.#graph.vcs]!
    let best = requesters[0]!
    for (const one of requesters) {
      const difference = levelOf(one) - levelOf(best) || turns.stamp(one) - turns.stamp(best) || one - best
      if (difference < 0) best = one
    }
    return best
  }

  #serve(served: number, requesters: readonly number[], turns: Turns, passed: Int32Array): void {
    turns.serve(served)
    if (this.#parameters.arbitration !== 'priority') return
    for (const one of requesters) passed[one] = one === served ? 0 : passed[one]! + 1
  }
}
