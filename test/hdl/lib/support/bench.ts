/** Modules under simulation: building them, and moving payloads through their streams. */
import { elaborate, type ModuleDefinition, type PortRecord } from '#edsl'
import { simulationSource } from '#emit'
import { type BuiltSimulation, build } from '#sim/build'
import type { Port, Simulation } from '#sim/bridge'

/** Builds the simulator of a module, or takes it from the cache. */
export const simulator = <P extends PortRecord>(definition: ModuleDefinition<P>): Promise<BuiltSimulation> =>
  build(simulationSource(elaborate(definition)))

/** A generator of numbers from 0 to below 1 that gives the same ones for the same seed. */
export const randomNumbers = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One side of a stream, asked before each cycle and told after it. */
export interface Partner {
  before(): void
  after(): void
}

const read = (port: Port): bigint => BigInt(port.value)
const write = (port: Port, value: bigint): void => {
  if (port.kind === 'number') port.value = Number(value)
  else port.value = value
}

/** Sends payloads into a stream of the module; once offered, a payload stays until it is taken. */
export class Sender implements Partner {
  readonly queue: bigint[] = []
  /** Cycle in which each payload was taken. */
  readonly cycles: number[] = []
  readonly #sim: Simulation
  readonly #payload: Port
  readonly #valid: Port
  readonly #ready: Port
  readonly #wants: () => boolean
  #offered = false

  constructor(sim: Simulation, stream: string, wants: () => boolean = () => true) {
    this.#sim = sim
    this.#payload = sim.port(`${stream}_payload`)
    this.#valid = sim.port(`${stream}_valid`)
    this.#ready = sim.port(`${stream}_ready`)
    this.#wants = wants
  }

  before(): void {
    if (this.#offered || this.queue.length === 0 || !this.#wants()) return
    this.#offered = true
    this.#valid.value = 1
    write(this.#payload, this.queue[0]!)
  }

  after(): void {
    if (!this.#offered || this.#ready.value !== 1) return
    this.cycles.push(this.#sim.cycle - 1)
    this.queue.shift()
    this.#offered = false
    this.#valid.value = 0
  }
}

/** Takes payloads out of a stream of the module, and watches that a payload that waits does not change. */
export class Receiver implements Partner {
  readonly received: bigint[] = []
  /** Cycle in which each payload was handed over. */
  readonly cycles: number[] = []
  readonly #sim: Simulation
  readonly #stream: string
  readonly #payload: Port
  readonly #valid: Port
  readonly #ready: Port
  readonly #wants: () => boolean
  #waiting: bigint | undefined

  constructor(sim: Simulation, stream: string, wants: () => boolean = () => true) {
    this.#sim = sim
    this.#stream = stream
    this.#payload = sim.port(`${stream}_payload`)
    this.#valid = sim.port(`${stream}_valid`)
    this.#ready = sim.port(`${stream}_ready`)
    this.#wants = wants
  }

  before(): void {
    this.#ready.value = this.#wants() ? 1 : 0
  }

  after(): void {
    const offered = this.#valid.value === 1 ? read(this.#payload) : undefined
    if (this.#waiting !== undefined && this.#waiting !== offered)
      throw new Error(`${this.#stream}: a payload changed before it was taken, in cycle ${this.#sim.cycle - 1}`)
    this.#waiting = offered
    if (offered === undefined || this.#ready.value !== 1) return
    this.#waiting = undefined
    this.cycles.push(this.#sim.cycle - 1)
    this.received.push(offered)
  }
}

/** Runs cycles until `done`, at most `limit`; returns how many ran. */
export const run = (sim: Simulation, partners: readonly Partner[], done: () => boolean, limit: number): number => {
  for (let cycle = 0; cycle < limit; cycle++) {
    if (done()) return cycle
    for (const partner of partners) partner.before()
    sim.step()
    for (const partner of partners) partner.after()
  }
  return limit
}
