/** A router of a planned network under simulation: senders and receivers with virtual channels at its ports. */
import { headFlit, field, modes } from '#layout'
import { type Network, planNetwork, type Plane, type NetworkDescription } from '#topology'
import { flitsUnderWay, hasWeights, inputsOf, router } from '#hdl/noc'
import { simulate } from '#sim/simulate'
import { type Packet, packet } from './packets.ts'

type Value = { value: number | bigint }
interface ChannelHandles {
  readonly valid: Value
  readonly vc: Value
  readonly flit: { value: bigint }
  readonly room: Value
  readonly age?: Value
}

/** A flit that left. */
export interface Left {
  readonly cycle: number
  readonly output: number
  readonly vc: number
  readonly flit: bigint
  readonly age: number
}

/** What the bench does with a router; ports by index. */
export class RouterBench implements Disposable {
  readonly network: Network
  readonly index: number
  readonly plane: Plane
  /** Flits to send, by input and virtual channel; per input one per cycle, virtual channels in turn. */
  readonly queues: readonly (readonly bigint[][])[]
  readonly left: Left[] = []
  /** Cycle in which each flit was sent, by input and virtual channel. */
  readonly sent: readonly (readonly number[][])[]
  readonly sim
  /** Whether an input sends in a cycle. */
  sends: (input: number) => boolean = () => true
  /** Whether what waits behind an output virtual channel is taken in a cycle. */
  takes: (output: number, vc: number) => boolean = () => true
  /** Flits that wait behind each output virtual channel. */
  readonly #behind: number[][]
  readonly #turn: number[]
  readonly #spare: number
  readonly #depth: number

  constructor(network: Network, index: number, plane: Plane, depthBehind = 4) {
    this.network = network
    this.index = index
    this.plane = plane
    const node = network.routers[index]!
    this.#spare = flitsUnderWay(network.parameters)
    this.#depth = depthBehind
    this.sim = simulate(router(network, index, plane), { watch: 'ports' })
    const perVc = <T>(make: () => T): T[] => Array.from({ length: plane.vcs }, make)
    this.queues = node.inputs.map(() => perVc((): bigint[] => []))
    this.sent = node.inputs.map(() => perVc((): number[] => []))
    this.#behind = node.outputs.map(() => perVc(() => 0))
    this.#turn = node.inputs.map(() => 0)
    this.weights((output, input) => network.weight(index, input, output))
    for (const output of node.outputs.keys()) this.#offer(output)
  }

  /** Sets the weight of each input at each output. */
  weights(of: (output: number, input: number) => number): void {
    if (!hasWeights(this.network)) return
    const ports = (this.sim.io as unknown as { weights: Value[][] }).weights
    inputsOf(this.network, this.index, this.plane).forEach((inputs, output) =>
      inputs.forEach((input, at) => {
        ports[output]![at]!.value = of(output, input)
      }),
    )
  }

  get #from(): readonly ChannelHandles[] {
    return this.sim.io.from
  }

  get #to(): readonly ChannelHandles[] {
    return this.sim.io.to
  }

  #offer(output: number): void {
    const rooms = this.#behind[output]!.map((used, vc) => (used + this.#spare < this.#depth ? 1 << vc : 0))
    this.#to[output]!.room.value = rooms.reduce((all, one) => all | one, 0)
  }

  /** One cycle. */
  step(): void {
    const { plane } = this
    this.#from.forEach((port, input) => {
      const room = Number(port.room.value)
      const ready = Array.from({ length: plane.vcs }, (_, turn) => (turn + this.#turn[input]!) % plane.vcs).find(
        (vc) => this.queues[input]![vc]!.length > 0 && ((room >> vc) & 1) === 1,
      )
      if (ready === undefined || !this.sends(input)) {
        port.valid.value = 0
        return
      }
      port.valid.value = 1
      port.vc.value = ready
      port.flit.value = this.queues[input]![ready]!.shift()!
      if (port.age) port.age.value = 0
      this.sent[input]![ready]!.push(this.sim.cycle)
      this.#turn[input] = (ready + 1) % plane.vcs
    })
    this.#to.forEach((port, output) => {
      if (port.valid.value !== 1) return
      const vc = Number(port.vc.value)
      if (this.#behind[output]![vc]! >= this.#depth) throw new Error(`output ${output} sends to ${vc} without room`)
      this.#behind[output]![vc]!++
      const age = Number(port.age?.value ?? 0)
      this.left.push({ cycle: this.sim.cycle, output, vc, flit: port.flit.value, age })
    })
    this.#behind.forEach((used, output) =>
      used.forEach((count, vc) => {
        if (count > 0 && this.takes(output, vc)) used[vc]!--
      }),
    )
    this.sim.step()
    for (const output of this.#behind.keys()) this.#offer(output)
  }

  run(cycles: number): void {
    for (let cycle = 0; cycle < cycles; cycle++) this.step()
  }

  [Symbol.dispose](): void {
    this.sim[Symbol.dispose]()
  }
}

/** A router of a system, by name, with its bench. */
export const benchOf = (description: NetworkDescription, router: string, plane = 0, depthBehind = 4): RouterBench => {
  const network = planNetwork(description)
  const index = network.routers.findIndex(({ name }) => name === router)
  return new RouterBench(network, index, network.planes[plane]!, depthBehind)
}

/** Modules that packets at an input of a router in a lane go to, with their way. */
export const targetsAt = (network: Network, router: number, input: number, lane: 0 | 1) =>
  network.modules.flatMap((module, target) => {
    const way = network.route(router, input, lane, target)
    return way ? [{ module, way }] : []
  })

/** A packet of `length` flits that carries a number in every flit; the number is below 2^20. */
export const numbered = (number: number, mod: number, chip: number, length: number): Packet =>
  packet(
    { targetMod: mod, targetChip: chip, mode: modes.WRITE_POSTED, address: number, data0: BigInt(number) },
    length - 1,
    BigInt(number),
  )

/** The number of a packet, from its head. */
export const numberOf = (head: bigint): number => field(headFlit, 'address', head)

/** Lane and place of a virtual channel within its class. */
export const laneOf = ({ lanes, parameters }: Network, vc: number): 0 | 1 =>
  lanes === 2 && vc % parameters.vcsPerClass >= parameters.vcsPerClass / 2 ? 1 : 0
