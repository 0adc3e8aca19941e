/**
 * The timed network: the planes, and the interfaces of the modules. Every module offers and takes at most one flit per
 * class and cycle. What packets contain is somebody else's business: flits are numbers. NoC sections 5, 10.5 and 13.1.
 */
import type { Network } from '#topology'
import { type FlitColumns, TimedPlane } from './timed-plane.ts'

/** A flit that a module offers. */
interface Offer {
  flit: number
  target: number
  isTail: boolean
  /** Cycle in which it was offered: a head grows old while it waits. */
  since: number
}

const none = -1

export class TimedNetwork {
  readonly modules: number
  readonly classes: number
  readonly #planes: readonly TimedPlane[]
  readonly #planeOf: readonly TimedPlane[]
  readonly #offers: readonly Offer[]
  /** By stream (module * classes + class): the virtual channel of the packet that is injected, delivered. */
  readonly #injecting: Int32Array
  readonly #delivering: Int32Array
  readonly #lastVc: Int32Array
  readonly #taken: Uint8Array
  readonly #accepts: Uint8Array
  readonly #arrived: Float64Array
  /** Whose turn it is at each module and plane: a class, a virtual channel. */
  readonly #turn: Int32Array
  readonly #columns: FlitColumns & { readonly payload: Float64Array }
  readonly #free: number[]
  #cycle = 0

  constructor(network: Network) {
    const { modules, planes, routers, parameters } = network
    this.modules = modules.length
    this.classes = network.classes
    const streams = modules.length * network.classes
    const inputs = routers.reduce((sum, router) => sum + router.inputs.length + router.outputs.length * 18, 0)
    const most = planes.reduce((sum, { vcs }) => sum + (inputs + modules.length * 2) * vcs * parameters.depth, streams)
    this.#columns = {
      target: new Int32Array(most),
      tail: new Uint8Array(most),
      age: new Int32Array(most),
      payload: new Float64Array(most),
    }
    this.#free = Array.from({ length: most }, (_, flit) => most - 1 - flit)
    this.#planes = planes.map((plane) => new TimedPlane(network, plane, this.#columns))
    this.#planeOf = Array.from({ length: network.classes }, (_, messageClass) => {
      const index = planes.findIndex(({ classes }) => classes.some((each) => each === messageClass))
      return this.#planes[index] as TimedPlane
    })
    this.#offers = Array.from({ length: streams }, () => ({ flit: none, target: 0, isTail: true, since: 0 }))
    this.#injecting = new Int32Array(streams).fill(none)
    this.#delivering = new Int32Array(streams).fill(none)
    this.#lastVc = new Int32Array(streams)
    this.#taken = new Uint8Array(streams)
    this.#accepts = new Uint8Array(streams).fill(1)
    this.#arrived = new Float64Array(streams).fill(none)
    this.#turn = new Int32Array(modules.length * planes.length)
  }

  /** Flits that were taken and not handed over. */
  get travelling(): number {
    return this.#planes.reduce((sum, plane) => sum + plane.travelling, 0)
  }

  /** Offers a flit (any number from 0 on) until it is taken; `target` counts for the head of a packet. */
  offer(module: number, messageClass: number, flit: number, target: number, isTail: boolean): void {
    const offer = this.#offers[module * this.classes + messageClass]!
    offer.flit = flit
    offer.isTail = isTail
    offer.since = this.#cycle
    if (this.#injecting[module * this.classes + messageClass] === none) offer.target = target
  }

  /** Whether a module takes a flit of a class, from the next cycle on. */
  accept(module: number, messageClass: number, takes: boolean): void {
    this.#accepts[module * this.classes + messageClass] = takes ? 1 : 0
  }

  /** Whether the last cycle took what a module offered. */
  taken(module: number, messageClass: number): boolean {
    return this.#taken[module * this.classes + messageClass] === 1
  }

  /** What the last cycle handed to a module, or below 0. */
  arrived(module: number, messageClass: number): number {
    return this.#arrived[module * this.classes + messageClass]!
  }

  /** Runs one cycle. */
  step(): void {
    this.#taken.fill(0)
    for (let module = 0; module < this.modules; module++) {
      for (let messageClass = 0; messageClass < this.classes; messageClass++) this.#deliver(module, messageClass)
      for (const [index, plane] of this.#planes.entries()) this.#inject(module, index, plane)
    }
    for (const plane of this.#planes) plane.step()
    this.#cycle++
  }

  #deliver(module: number, messageClass: number): void {
    const stream = module * this.classes + messageClass
    this.#arrived[stream] = none
    if (this.#accepts[stream] === 0) return
    const plane = this.#planeOf[messageClass]!
    if (plane.graph.ejection[module]! < 0) return
    const open = this.#delivering[stream]!
    const vc = open === none ? this.#arrivedVc(module, stream, messageClass, plane) : open
    if (vc === none) return
    const number = plane.arrived(module, vc)
    if (number === none) return
    plane.take(module, vc)
    this.#arrived[stream] = this.#columns.payload[number]!
    this.#delivering[stream] = this.#columns.tail[number] === 1 ? none : vc
    this.#free.push(number)
  }

  /** A virtual channel of a class in which a packet arrived, the one behind the last one first. */
  #arrivedVc(module: number, stream: number, messageClass: number, plane: TimedPlane): number {
    const { classOf, vcs } = plane.graph
    for (let step = 1; step <= vcs; step++) {
      const vc = (this.#lastVc[stream]! + step) % vcs
      if (classOf[vc] !== messageClass || plane.arrived(module, vc) === none) continue
      this.#lastVc[stream] = vc
      return vc
    }
    return none
  }

  /** One flit per plane: of the classes that have one with room, round robin. */
  #inject(module: number, index: number, plane: TimedPlane): void {
    const turnAt = module * this.#planes.length + index
    for (let step = 0; step < this.classes; step++) {
      const messageClass = (this.#turn[turnAt]! + step) % this.classes
      if (this.#planeOf[messageClass] !== plane) continue
      const stream = module * this.classes + messageClass
      const offer = this.#offers[stream]!
      if (offer.flit === none) continue
      const open = this.#injecting[stream]!
      const vc = open === none ? plane.vcOf(messageClass, module, offer.target) : open
      if (!plane.hasRoom(module, vc)) continue
      plane.inject(module, vc, this.#keep(offer))
      this.#injecting[stream] = offer.isTail ? none : vc
      offer.flit = none
      this.#taken[stream] = 1
      this.#turn[turnAt] = (messageClass + 1) % this.classes
      return
    }
  }

  #keep({ flit, target, isTail, since }: Offer): number {
    const number = this.#free.pop()
    if (number === undefined) throw new Error('more flits in the network than it has places')
    this.#columns.payload[number] = flit
    this.#columns.target[number] = target
    this.#columns.tail[number] = isTail ? 1 : 0
    this.#columns.age[number] = this.#cycle - since
    return number
  }
}
