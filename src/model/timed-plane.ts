/**
 * One plane of the timed network: routers with input buffers per virtual channel, credits, and the arbitration of the hardware,
 * cycle by cycle. NoC sections 10.3, 10.4, 10.6 and 13.1.
 */
import { type Network, type Plane, subChannelOf } from '#topology'
import { TimedArbiter } from './timed-arbiter.ts'
import { planeGraph, type PlaneGraph } from './timed-graph.ts'

/** What a plane has to know of the flits, by their number. */
export interface FlitColumns {
  /** Index of the module that the packet is for. */
  readonly target: Int32Array
  /** 1 for the last flit of a packet. */
  readonly tail: Uint8Array
  /** Cycles that the packet has waited in routers. */
  readonly age: Int32Array
}

const none = -1

export class TimedPlane {
  readonly graph: PlaneGraph
  /** Flits on this plane that did not arrive at a module. */
  travelling = 0

  readonly #vcs: number
  readonly #mods: readonly number[]
  readonly #depth: number
  /** Places of a queue, with those at the end of a long link. */
  readonly #places: number
  readonly #delay: number
  readonly #rounds: number
  readonly #columns: FlitColumns
  readonly #arbiter: TimedArbiter
  /** Queues: input * vcs + vc; those of modules follow those of routers. */
  readonly #flits: Int32Array
  readonly #since: Int32Array
  readonly #first: Int32Array
  readonly #count: Int32Array
  /** Where the packet at the front of a queue goes: output * vcs + vc, below 0 when its head was not looked at. */
  readonly #goes: Int32Array
  readonly #inside: Uint8Array
  /** By queue: whether it has room, as its sender knows at the beginning of a cycle; and what changed since. */
  readonly #room: Uint8Array
  readonly #changed: number[] = []
  readonly #spare: number
  /** By output * vcs + vc: free places on a long link and behind it; the queue whose packet holds it. */
  readonly #credits: Int32Array
  readonly #holder: Int32Array
  readonly #routerOfInput: Int32Array
  readonly #inRouter: Int32Array
  readonly #firstEjection: number
  /** What happens in later cycles, by cycle modulo the longest delay: flits that arrive, credits that come back. */
  readonly #wheel: readonly { readonly flits: number[]; readonly credits: number[] }[]
  /** By input: its queues that may go. By output: what was granted. By place: inputs of the router that could move. */
  readonly #requests: readonly number[][]
  readonly #granted: Int32Array
  readonly #moving: readonly number[][]
  readonly #waits: Uint8Array
  readonly #ejectionDepth: number
  #cycle = 0

  constructor(network: Network, plane: Plane, columns: FlitColumns) {
    const { parameters, modules } = network
    const graph = planeGraph(network, plane)
    this.graph = graph
    this.#columns = columns
    this.#vcs = plane.vcs
    this.#mods = modules.map(({ mod }) => mod)
    this.#depth = parameters.depth
    this.#places = parameters.depth + 2 * Math.max(0, ...graph.outputStages) + 2
    this.#rounds = parameters.rounds
    this.#delay = parameters.pipeline === 'two' || parameters.outputRegister ? 2 : 1
    const inputs = graph.comesFrom.length
    const outputs = graph.leadsTo.length
    this.#firstEjection = inputs
    const queues = (inputs + modules.length) * plane.vcs
    this.#flits = new Int32Array(queues * this.#places)
    this.#since = new Int32Array(queues * this.#places)
    this.#first = new Int32Array(queues)
    this.#count = new Int32Array(queues)
    this.#goes = new Int32Array(queues).fill(none)
    this.#inside = new Uint8Array(queues)
    this.#spare = this.#delay - 1
    this.#ejectionDepth = 2 + this.#spare
    this.#room = new Uint8Array(queues).fill(1)
    this.#credits = new Int32Array(outputs * plane.vcs)
    graph.outputStages.forEach((stages, output) => {
      const places = parameters.depth + 2 * stages + 1
      this.#credits.fill(places, output * plane.vcs, (output + 1) * plane.vcs)
    })
    this.#holder = new Int32Array(outputs * plane.vcs).fill(none)
    this.#requests = Array.from({ length: inputs }, () => [])
    this.#granted = new Int32Array(outputs).fill(none)
    this.#moving = Array.from({ length: outputs * plane.vcs }, () => [])
    this.#waits = new Uint8Array(outputs * plane.vcs)
    this.#routerOfInput = new Int32Array(inputs)
    this.#inRouter = new Int32Array(graph.routers)
    for (let router = 0; router < graph.routers; router++)
      this.#routerOfInput.fill(router, graph.firstInput[router], graph.firstInput[router + 1])
    const longest = 2 + this.#delay + Math.max(0, ...graph.outputStages, ...graph.inputStages)
    this.#wheel = Array.from({ length: longest }, () => ({ flits: [], credits: [] }))
    this.#arbiter = new TimedArbiter(parameters, graph)
  }

  /** The virtual channel that packets of a pair and class start in. */
  vcOf(messageClass: number, source: number, target: number): number {
    return (
      this.graph.firstVc[messageClass]! + subChannelOf(this.#mods[source]!, this.#mods[target]!, this.graph.perLane)
    )
  }

  /** Whether a module can inject into a virtual channel in this cycle. */
  hasRoom(module: number, vc: number): boolean {
    return this.#room[this.graph.injection[module]! * this.#vcs + vc] === 1
  }

  /** Puts a flit on the channel from a module to its router: it is in the router's buffer in the next cycle. */
  inject(module: number, vc: number, flit: number): void {
    const input = this.graph.injection[module]!
    this.travelling++
    this.#later(1).flits.push(input * this.#vcs + vc, flit)
  }

  /** The flit at the front of what arrived for a module in a virtual channel, or below 0. */
  arrived(module: number, vc: number): number {
    const queue = (this.#firstEjection + module) * this.#vcs + vc
    return this.#count[queue] === 0 ? none : this.#flits[queue * this.#places + this.#first[queue]!]!
  }

  /** Takes it. */
  take(module: number, vc: number): void {
    this.#pop((this.#firstEjection + module) * this.#vcs + vc)
    this.travelling--
  }

  /** Runs the routers for a cycle; what modules inject and take is decided before. */
  step(): void {
    for (let router = 0; router < this.graph.routers; router++) {
      if (this.#inRouter[router] === 0) continue
      this.#collect(router)
      const asked = this.#round(router, undefined)
      if (this.#rounds === 2) this.#round(router, asked)
      this.#move(router)
    }
    this.#arbiter.endCycle()
    this.#cycle++
    const now = this.#wheel[this.#cycle % this.#wheel.length]!
    for (let at = 0; at < now.flits.length; at += 2) this.#push(now.flits[at]!, now.flits[at + 1]!)
    for (const place of now.credits) this.#credits[place]! += 1
    for (const queue of this.#changed) {
      const depth = queue < this.#firstEjection * this.#vcs ? this.#depth : this.#ejectionDepth
      this.#room[queue] = this.#count[queue]! < depth - this.#spare ? 1 : 0
    }
    this.#changed.length = 0
    now.flits.length = 0
    now.credits.length = 0
  }

  #later(cycles: number) {
    return this.#wheel[(this.#cycle + cycles) % this.#wheel.length]!
  }

  /** The queue at the other end of a place. */
  #queueBehind(place: number): number {
    const leads = this.graph.leadsTo[Math.floor(place / this.#vcs)]!
    return (leads < 0 ? this.#firstEjection + (none - leads) : leads) * this.#vcs + (place % this.#vcs)
  }

  /** Whether a flit may go to a place, for all that its router knows. */
  #isOpen(place: number): boolean {
    if (this.graph.outputStages[Math.floor(place / this.#vcs)]! > 0) return this.#credits[place]! > 0
    return this.#room[this.#queueBehind(place)] === 1
  }

  #push(queue: number, flit: number): void {
    this.#changed.push(queue)
    const place = (this.#first[queue]! + this.#count[queue]!) % this.#places
    this.#flits[queue * this.#places + place] = flit
    this.#since[queue * this.#places + place] = this.#cycle
    this.#count[queue]! += 1
    const input = Math.floor(queue / this.#vcs)
    if (input < this.#firstEjection) this.#inRouter[this.#routerOfInput[input]!]! += 1
  }

  #pop(queue: number): void {
    this.#changed.push(queue)
    this.#first[queue] = (this.#first[queue]! + 1) % this.#places
    this.#count[queue]! -= 1
  }

  #front(queue: number): number {
    return this.#flits[queue * this.#places + this.#first[queue]!]!
  }

  /** Finds what each queue of a router wants, and whether it may go in this cycle. */
  #collect(router: number): void {
    const { graph } = this
    const vcs = this.#vcs
    const [from, to] = [graph.firstOutput[router]! * vcs, graph.firstOutput[router + 1]! * vcs]
    this.#granted.fill(none, graph.firstOutput[router], graph.firstOutput[router + 1])
    this.#waits.fill(0, from, to)
    for (let place = from; place < to; place++) this.#moving[place]!.length = 0
    const first = graph.firstInput[router]!
    for (let input = first; input < graph.firstInput[router + 1]!; input++) {
      this.#requests[input]!.length = 0
      for (let queue = input * vcs; queue < (input + 1) * vcs; queue++) {
        if (this.#count[queue] === 0) continue
        let goes = this.#goes[queue]!
        if (goes < 0) {
          goes = this.#wayOf(input, queue % vcs, this.#columns.target[this.#front(queue)]!)
          this.#goes[queue] = goes
        }
        this.#waits[goes] = 1
        if (!this.#isOpen(goes)) continue
        this.#moving[goes]!.push(input - first)
        if (this.#inside[queue] === 1 || this.#holder[goes] === none) this.#requests[input]!.push(queue)
      }
    }
    for (let place = from; place < to; place++)
      this.#arbiter.beginCycle(place, this.#cycle, this.#waits[place] === 1, this.#moving[place]!)
  }

  /**
   * One round: each free input offers a queue, each output takes one of what it is offered. The second round is for inputs
   * without a grant and outputs that nobody asked in the first. Returns the outputs that were asked.
   */
  #round(router: number, askedBefore: ReadonlySet<number> | undefined): ReadonlySet<number> {
    const { graph } = this
    const vcs = this.#vcs
    const isFree = (input: number): boolean => {
      for (let output = graph.firstOutput[router]!; output < graph.firstOutput[router + 1]!; output++)
        if (Math.floor(this.#granted[output]! / vcs) === input) return false
      return true
    }
    const asks = new Map<number, number[]>()
    for (let input = graph.firstInput[router]!; input < graph.firstInput[router + 1]!; input++) {
      let queues: readonly number[] = this.#requests[input]!
      if (queues.length === 0) continue
      if (askedBefore) {
        if (!isFree(input)) continue
        queues = queues.filter((queue) => !askedBefore.has(Math.floor(this.#goes[queue]! / vcs)))
        if (queues.length === 0) continue
      }
      const queue = queues.length === 1 ? queues[0]! : this.#arbiter.offered(queues)
      if (this.#rounds === 1) this.#arbiter.hadTurn(queue, queues)
      const output = Math.floor(this.#goes[queue]! / vcs)
      const others = asks.get(output)
      if (others) others.push(queue)
      else asks.set(output, [queue])
    }
    for (const [output, queues] of asks) this.#granted[output] = this.#winner(router, queues)
    return new Set(asks.keys())
  }

  /** Of the queues that ask an output: first the virtual channel whose turn it is, then the input. */
  #winner(router: number, queues: readonly number[]): number {
    const goes = queues.map((queue) => this.#goes[queue]!)
    const place = this.#arbiter.placeOf(goes)
    this.#arbiter.placed(place, goes)
    const first = this.graph.firstInput[router]!
    const asking = queues.filter((queue) => this.#goes[queue] === place)
    const inputs = asking.map((queue) => Math.floor(queue / this.#vcs) - first)
    const input = this.#arbiter.inputFor(place, inputs, (one) => this.#ageOf(asking[inputs.indexOf(one)]!))
    return asking[inputs.indexOf(input)]!
  }

  #move(router: number): void {
    const { graph } = this
    for (let output = graph.firstOutput[router]!; output < graph.firstOutput[router + 1]!; output++) {
      const queue = this.#granted[output]!
      if (queue === none) continue
      const input = Math.floor(queue / this.#vcs)
      const vc = queue % this.#vcs
      const goes = this.#goes[queue]!
      const flit = this.#front(queue)
      const isTail = this.#columns.tail[flit] === 1
      this.#columns.age[flit] = this.#ageOf(queue)
      if (this.#rounds === 2) this.#arbiter.hadTurn(queue, this.#requests[input]!)
      this.#arbiter.sends(goes, input - graph.firstInput[router]!)
      this.#pop(queue)
      this.#inRouter[router]! -= 1
      this.#inside[queue] = isTail ? 0 : 1
      this.#holder[goes] = isTail ? none : queue
      if (isTail) this.#goes[queue] = none
      const stages = graph.outputStages[output]!
      if (stages > 0) this.#credits[goes]! -= 1
      this.#later(this.#delay + stages).flits.push(this.#queueBehind(goes), flit)
      const back = graph.inputStages[input]!
      if (back > 0) this.#later(1 + back).credits.push(graph.comesFrom[input]! * this.#vcs + vc)
    }
  }

  #wayOf(input: number, vc: number, target: number): number {
    const { graph } = this
    const lane = graph.inLane[vc * 2] === vc ? 0 : 1
    const way = graph.ways[(input * 2 + lane) * graph.injection.length + target]!
    if (way < 0) throw new RangeError(`a packet for module ${target} is at input ${input}, where it never comes`)
    return (way >> 1) * this.#vcs + graph.inLane[vc * 2 + (way & 1)]!
  }

  #ageOf(queue: number): number {
    const flit = this.#front(queue)
    return this.#columns.age[flit]! + this.#cycle - this.#since[queue * this.#places + this.#first[queue]!]!
  }
}
