/**
 * One plane of the timed network: routers with input buffers per virtual channel, credits, and the arbitration of the hardware,
 * cycle by cycle. NoC sections 10.3, 10.4, 10.6 and 13.1.
 */
import type { Network, Plane } from '#topology'
import { createArbiter, type Arbiter } from './timed-arbiter.ts'
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
  readonly #depth: number
  readonly #delay: number
  readonly #rounds: number
  readonly #columns: FlitColumns
  readonly #arbiter: Arbiter
  /** Queues: input * vcs + vc; those of modules follow those of routers. */
  readonly #flits: Int32Array
  readonly #since: Int32Array
  readonly #first: Int32Array
  readonly #count: Int32Array
  /** Where the packet at the front of a queue goes: output * vcs + vc, below 0 when its head was not looked at. */
  readonly #goes: Int32Array
  readonly #inside: Uint8Array
  /** By output * vcs + vc: free places at the other end, the queue whose packet holds it. */
  readonly #credits: Int32Array
  readonly #holder: Int32Array
  /** The same for the channels from the modules, by module * vcs + vc. */
  readonly #injectionCredits: Int32Array
  readonly #routerOfInput: Int32Array
  readonly #inRouter: Int32Array
  readonly #firstEjection: number
  /** What happens in later cycles, by cycle modulo the longest delay: flits that arrive, credits that come back. */
  readonly #wheel: readonly { readonly flits: number[]; readonly credits: number[] }[]
  readonly #requests: readonly number[][]
  readonly #grantOf: Int32Array
  readonly #pickOf: Int32Array
  readonly #inputGrant: Int32Array
  readonly #inputTurn: Int32Array
  #cycle = 0

  constructor(network: Network, plane: Plane, columns: FlitColumns) {
    const { parameters, modules } = network
    const graph = planeGraph(network, plane)
    this.graph = graph
    this.#columns = columns
    this.#vcs = plane.vcs
    this.#depth = parameters.depth
    this.#rounds = parameters.rounds
    this.#delay = parameters.pipeline === 'two' ? 2 : 1
    const inputs = graph.comesFrom.length
    const outputs = graph.leadsTo.length
    this.#firstEjection = inputs
    const queues = (inputs + modules.length) * plane.vcs
    this.#flits = new Int32Array(queues * parameters.depth)
    this.#since = new Int32Array(queues * parameters.depth)
    this.#first = new Int32Array(queues)
    this.#count = new Int32Array(queues)
    this.#goes = new Int32Array(queues).fill(none)
    this.#inside = new Uint8Array(queues)
    this.#credits = new Int32Array(outputs * plane.vcs).fill(parameters.depth)
    this.#injectionCredits = new Int32Array(modules.length * plane.vcs).fill(parameters.depth)
    this.#holder = new Int32Array(outputs * plane.vcs).fill(none)
    this.#requests = Array.from({ length: outputs }, () => [])
    this.#grantOf = new Int32Array(outputs).fill(none)
    this.#pickOf = new Int32Array(outputs).fill(none)
    this.#inputGrant = new Int32Array(inputs).fill(none)
    this.#inputTurn = new Int32Array(inputs)
    this.#routerOfInput = new Int32Array(inputs)
    this.#inRouter = new Int32Array(graph.routers)
    for (let router = 0; router < graph.routers; router++)
      this.#routerOfInput.fill(router, graph.firstInput[router], graph.firstInput[router + 1])
    const longest = 2 + this.#delay + Math.max(0, ...graph.outputStages, ...graph.inputStages)
    this.#wheel = Array.from({ length: longest }, () => ({ flits: [], credits: [] }))
    this.#arbiter = createArbiter(parameters, graph)
  }

  /** The virtual channel that packets of a pair and class start in. */
  vcOf(messageClass: number, source: number, target: number): number {
    return this.graph.firstVc[messageClass]! + ((source + target) % this.graph.perLane)
  }

  /** Whether a module can inject into a virtual channel in this cycle. */
  hasRoom(module: number, vc: number): boolean {
    return this.#injectionCredits[module * this.#vcs + vc]! > 0
  }

  /** Puts a flit on the channel from a module to its router: it is in the router's buffer in the next cycle. */
  inject(module: number, vc: number, flit: number): void {
    const input = this.graph.injection[module]!
    this.#injectionCredits[module * this.#vcs + vc]! -= 1
    this.travelling++
    this.#later(1 + this.graph.inputStages[input]!).flits.push(input * this.#vcs + vc, flit)
  }

  /** The flit at the front of what arrived for a module in a virtual channel, or below 0. */
  arrived(module: number, vc: number): number {
    const queue = (this.#firstEjection + module) * this.#vcs + vc
    return this.#count[queue] === 0 ? none : this.#flits[queue * this.#depth + this.#first[queue]!]!
  }

  /** Takes it. */
  take(module: number, vc: number): void {
    const output = this.graph.ejection[module]!
    this.#pop((this.#firstEjection + module) * this.#vcs + vc)
    this.#later(1 + this.graph.outputStages[output]!).credits.push(output * this.#vcs + vc)
    this.travelling--
  }

  /** Runs the routers for a cycle; what modules inject and take is decided before. */
  step(): void {
    for (let router = 0; router < this.graph.routers; router++) {
      if (this.#inRouter[router] === 0) continue
      this.#collect(router)
      for (let round = 0; round < this.#rounds; round++) this.#allocate(router)
      this.#move(router)
    }
    this.#cycle++
    const now = this.#wheel[this.#cycle % this.#wheel.length]!
    for (let at = 0; at < now.flits.length; at += 2) this.#push(now.flits[at]!, now.flits[at + 1]!)
    for (const credit of now.credits) {
      if (credit >= 0) this.#credits[credit]! += 1
      else this.#injectionCredits[none - credit]! += 1
    }
    now.flits.length = 0
    now.credits.length = 0
  }

  #later(cycles: number) {
    return this.#wheel[(this.#cycle + cycles) % this.#wheel.length]!
  }

  #push(queue: number, flit: number): void {
    const place = (this.#first[queue]! + this.#count[queue]!) % this.#depth
    this.#flits[queue * this.#depth + place] = flit
    this.#since[queue * this.#depth + place] = this.#cycle
    this.#count[queue]! += 1
    const input = Math.floor(queue / this.#vcs)
    if (input < this.#firstEjection) this.#inRouter[this.#routerOfInput[input]!]! += 1
  }

  #pop(queue: number): void {
    this.#first[queue] = (this.#first[queue]! + 1) % this.#depth
    this.#count[queue]! -= 1
  }

  #front(queue: number): number {
    return this.#flits[queue * this.#depth + this.#first[queue]!]!
  }

  /** Finds what each queue of a router wants, for flits that may go in this cycle. */
  #collect(router: number): void {
    const { graph } = this
    const vcs = this.#vcs
    for (let output = graph.firstOutput[router]!; output < graph.firstOutput[router + 1]!; output++) {
      this.#requests[output]!.length = 0
      this.#grantOf[output] = none
    }
    for (let input = graph.firstInput[router]!; input < graph.firstInput[router + 1]!; input++) {
      this.#inputGrant[input] = none
      for (let queue = input * vcs; queue < (input + 1) * vcs; queue++) {
        if (this.#count[queue] === 0) continue
        let goes = this.#goes[queue]!
        if (goes < 0) {
          goes = this.#wayOf(input, queue % vcs, this.#columns.target[this.#front(queue)]!)
          this.#goes[queue] = goes
          this.#arbiter.waits(goes, input - graph.firstInput[router]!)
        }
        if (this.#credits[goes] === 0) continue
        if (this.#inside[queue] === 0 && this.#holder[goes] !== none) continue
        this.#requests[Math.floor(goes / vcs)]!.push(queue)
      }
    }
  }

  /** One round: each free output picks a queue of a free input; an input that several picked keeps the one whose turn it is. */
  #allocate(router: number): void {
    const { graph } = this
    const from = graph.firstOutput[router]!
    const outputs = graph.firstOutput[router + 1]! - from
    const picked: number[] = []
    for (let output = from; output < from + outputs; output++) {
      if (this.#grantOf[output] !== none) continue
      const open = this.#requests[output]!.filter((queue) => this.#inputGrant[Math.floor(queue / this.#vcs)] === none)
      if (open.length === 0) continue
      this.#pickOf[output] = this.#arbiter.pick(output, open, this.#goes, this.#inside, (queue) => this.#ageOf(queue))
      picked.push(output)
    }
    const rank = (output: number, input: number): number =>
      (output - from - this.#inputTurn[input]! + outputs) % outputs
    for (const output of picked) {
      const queue = this.#pickOf[output]!
      const input = Math.floor(queue / this.#vcs)
      const other = this.#inputGrant[input]!
      if (other !== none && rank(other, input) < rank(output, input)) continue
      if (other !== none) this.#grantOf[other] = none
      this.#inputGrant[input] = output
      this.#grantOf[output] = queue
    }
  }

  #move(router: number): void {
    const { graph } = this
    for (let output = graph.firstOutput[router]!; output < graph.firstOutput[router + 1]!; output++) {
      const queue = this.#grantOf[output]!
      if (queue === none) continue
      const input = Math.floor(queue / this.#vcs)
      const vc = queue % this.#vcs
      const goes = this.#goes[queue]!
      const flit = this.#front(queue)
      const isTail = this.#columns.tail[flit] === 1
      this.#columns.age[flit] = this.#ageOf(queue)
      this.#inputTurn[input] =
        (output - graph.firstOutput[router]! + 1) % (graph.firstOutput[router + 1]! - graph.firstOutput[router]!)
      this.#arbiter.moves(goes, input - graph.firstInput[router]!, this.#inside[queue] === 0, isTail)
      this.#pop(queue)
      this.#inRouter[router]! -= 1
      this.#credits[goes]! -= 1
      this.#inside[queue] = isTail ? 0 : 1
      this.#holder[goes] = isTail ? none : queue
      if (isTail) this.#goes[queue] = none
      const leads = graph.leadsTo[output]!
      const target = leads < 0 ? this.#firstEjection + (none - leads) : leads
      this.#later(this.#delay + graph.outputStages[output]!).flits.push(target * this.#vcs + (goes % this.#vcs), flit)
      const from = graph.comesFrom[input]!
      const credit = from < 0 ? none - ((none - from) * this.#vcs + vc) : from * this.#vcs + vc
      this.#later(1 + graph.inputStages[input]!).credits.push(credit)
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
    return this.#columns.age[flit]! + this.#cycle - this.#since[queue * this.#depth + this.#first[queue]!]!
  }
}
