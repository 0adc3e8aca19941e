/** The timer: one shot, in nanoseconds without rounding. TCU sections 5.2 and 5.6, DEV-12, docs/contract.md. */
import type { TcuState } from './tcu-state.ts'

/** A timer that runs. */
export interface Timer {
  /** First cycle in which its time is over. */
  readonly ends: number
}

const nanoseconds = 1_000_000_000n
/** Cycles that the step may take after the end: others have their turns. */
const latest = 40

/** Starts, restarts or (0) stops the timer in `cycle`. */
export const setTimer = (tcu: TcuState, time: bigint, cycle: number): void => {
  if (time === 0n) {
    tcu.timer = undefined
    return
  }
  const cycles = (time * BigInt(tcu.clockHz) + nanoseconds - 1n) / nanoseconds
  tcu.timer = { ends: cycle + Number(cycles) }
}

/** Whether `timerExpired` may come. */
export const mayExpire = ({ timer }: TcuState, cycle: number): boolean => timer !== undefined && cycle >= timer.ends

/** Whether `timerExpired` should have come long ago. */
export const isOverdue = ({ timer }: TcuState, cycle: number): boolean =>
  timer !== undefined && cycle > timer.ends + latest

/** The interrupt of the timer. */
export const timerExpired = (tcu: TcuState): void => {
  tcu.timer = undefined
  tcu.coreConfig[2] = 1
}
