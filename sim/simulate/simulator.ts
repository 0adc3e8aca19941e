// A running design in a test bench's hands.

import type { PortRecord } from '#edsl'
import type { Shape } from '#layout'
import type { Wave } from '#sim/wave'
import type { ClockTimes } from './clocks.ts'
import type { AnyHandle, Handles } from './handle-types.ts'
import type { MemoryWords } from './memory-words.ts'
import type { ProbeRecord } from './records.ts'

/** How to simulate. */
export interface SimulateOptions {
  /** Decides the first values of registers and memories without any, 0 to 2147483646. @defaultValue 1 */
  readonly seed?: number
  /**
   * Cycles in reset before the simulator is handed out, with all inputs 0; cycles and times are counted from there. 0 for
   * none. @defaultValue 2
   */
  readonly resetCycles?: number
  /** Periods of the clocks, as with `Simulator.clocks`. */
  readonly clocks?: Readonly<Record<string, ClockTimes>>
  /** Signals to record for `Simulator.wave`, as with `Simulator.record`. */
  readonly record?: RecordedSignals
  /**
   * What can be looked at by name: everything, or only ports and registers, which is faster where the design has much logic.
   * @defaultValue 'all'
   */
  readonly watch?: 'all' | 'ports'
  /** A VCD file that gets everything that happens. */
  readonly wave?: string
  /** Names of the probes whose records are kept for `Simulator.records`, or all. */
  readonly probes?: 'all' | readonly string[]
}

/** Which signals: all ports, everything that has a name, or those of these names. */
export type RecordedSignals = 'ports' | 'all' | readonly string[]

/** How long to wait. */
export interface UntilOptions {
  /** Cycles after which it is an error. @defaultValue 1000 */
  readonly limit?: number
  /** The clock whose cycles are counted. @defaultValue main */
  readonly clock?: string
}

/** An edge of one or more clocks. */
export interface ClockEdge {
  /** Nanoseconds, as `Simulator.time`. */
  readonly time: number
  /** Whether this clock rises. */
  has(clock: string): boolean
}

/** Takes part in a simulation: looks at what moves, drives inputs. */
export interface Agent {
  /** Just before an edge: everything has settled, registers are about to take what they see. */
  before?(edge: ClockEdge): void
  /** Just after an edge: the time to set inputs. */
  after?(edge: ClockEdge): void
}

/**
 * A design that runs. Inputs keep what they are set to; outputs follow at once; registers follow at the edges that `step` and
 * its like make.
 *
 * Closed at the end of its block: `using sim = simulate(counter(8))`.
 */
export interface Simulator<P extends PortRecord = PortRecord> extends Disposable {
  /** Name of the top module. */
  readonly name: string
  readonly engine: 'wasm' | 'verilator'
  /** The ports as they were declared. */
  readonly ports: P
  /** The ports by name. */
  readonly io: Handles<P>
  /** Edges of the main clock since the simulator was handed out. */
  readonly cycle: number
  /** Nanoseconds since then. Without periods, 10 for every edge. */
  readonly time: number
  /** Names of the clock domains. */
  readonly domains: readonly string[]
  /** Edges of a clock since the simulator was handed out. */
  cycles(clock: string): number

  /**
   * Runs `count` cycles of the main clock, or of the named ones: `step({ pixel: 3 })`. When clocks have periods, all of them
   * run in their time until the named ones had their cycles; without, only the named ones rise, together as long as each
   * has cycles left.
   *
   * Rejects: AssertionFailed at the first cycle in which a property does not hold.
   */
  step(count?: number | Readonly<Record<string, number>>): void
  /** Gives clocks their periods: `clocks({ main: { period: 10 }, pixel: { period: 7, phase: 3 } })`, in nanoseconds. */
  clocks(times: Readonly<Record<string, ClockTimes>>): void
  /** Lets time pass, with all edges in it. Clocks need periods, unless there is only one. */
  advance(nanoseconds: number): void
  /**
   * Passes the next instant at which clocks rise, unless it is later than `latest`, in nanoseconds; false if it is, and nothing
   * happens then. Clocks need periods, unless there is only one.
   */
  pass(latest?: number): boolean
  /**
   * Runs until the condition holds, or the port is not 0, and returns the number of cycles that took: 0 if it does already.
   *
   * Rejects: SIM-0308 when it does not within the limit.
   */
  until(condition: (() => boolean) | AnyHandle, options?: UntilOptions): number
  /** Holds every domain in reset for `cycles` cycles of each. @defaultValue 2 */
  reset(cycles?: number): void

  /**
   * The value of any signal by name: instances, then the designer's spelling, joined by dots: `queue.head`. A number (a
   * bigint above 32 bits), a case name, or a record or array of them.
   *
   * Rejects: SIM-0306, with the name that was probably meant.
   */
  peek(name: string): unknown
  /** Names of all signals that `peek` and `record` know. */
  readonly signals: readonly string[]
  /** The words of a memory by name, as numbers or as values of `shape`. */
  memory<const S extends Shape>(name: string, shape: S): MemoryWords<S>
  memory(name: string): MemoryWords
  /** How often each `cover` happened, by its sentence; 0 for those that did not. */
  readonly covered: Readonly<Record<string, number>>
  /** What a probe reported since the last call, in order; decoded when the shape is given. Needs the option `probes`. */
  records<const S extends Shape>(probe: string, shape: S): readonly ProbeRecord<S>[]
  records(probe: string): readonly ProbeRecord[]

  /** Has an agent take part from now on, until the returned function is called. */
  attach(agent: Agent): () => void

  /** Records signals from now on, a sample per edge. */
  record(signals?: RecordedSignals): Wave
  /** What is recorded by the option `record`, or by the last call of `record`. */
  readonly wave: Wave
  close(): void
}
