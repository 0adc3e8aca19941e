/** What a platform needs of simulated hardware, whichever engine runs it. */
import type { BigIntPort, NumberPort, RunResult, TriggerDescription } from '#sim/bridge'
import type { TriggerArms } from './core-agent.ts'

/** Records of all probes since the last look, by cycle and, within one, in replay order. */
export interface HardwareRecords {
  readonly length: number
  readonly cycles: ArrayLike<number>
  /** Index into `owners` of the hardware. */
  readonly probes: ArrayLike<number>
  /** The bits of record `index`, without the valid bit. */
  value(index: number): bigint
}

/** A running simulation of a system: outputs have the values of the last cycle, inputs are applied from the next one on. */
export interface Hardware<Triggers extends TriggerArms = TriggerArms> {
  /** Cycles that have run; the number of the next cycle. */
  readonly cycle: number
  port(name: string): BigIntPort | NumberPort
  step(cycles?: number): void
  reset(cycles?: number): void
  /** Conditions that end a run; all are enabled at first. */
  prepare(triggers: readonly TriggerDescription[]): Triggers
  /** Runs until an enabled trigger of `triggers` fires, at most `limitCycles` cycles. */
  runUntil(triggers: Triggers, limitCycles: number): RunResult
  /** The bytes of a memory, lowest address first. */
  memory(name: string): Uint8Array
  /** To be called after bytes of a memory were written. */
  memoryWritten?(): void
  records(): HardwareRecords
  startTrace(file: string): void
  stopTrace(): void
  close(): void
}
