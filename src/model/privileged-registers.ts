/** The registers of page 2: access classes P and X. TCU sections 2.3 and 2.4. */
import { registers } from '#layout'
import { mergeBytes } from './bits.ts'
import { startsCommand } from './command-writes.ts'
import { hasPrivileged, obeysPrivileged, usesActivities } from './tcu-choice.ts'
import { startPrivilegedCommand } from './tcu-start.ts'
import type { TcuState } from './tcu-state.ts'

/** Whether an offset lies in page 2. TCU section 2.1. */
export const isPrivileged = (at: number): boolean => at >= registers.CORE_REQ && at < registers.TCU_STATUS

/** Value of a register of page 2; 0 where it does not exist. */
export const readPrivileged = (tcu: TcuState, at: number): bigint => {
  if (!hasPrivileged(tcu)) return 0n
  switch (at) {
    case registers.CORE_REQ:
      return tcu.coreRequest
    case registers.PRIV_CTRL:
      return BigInt(tcu.privilegedControl)
    case registers.PRIV_CMD:
      return tcu.privilegedCommand
    case registers.PRIV_CMD_ARG:
      return tcu.privilegedArgument
    case registers.CUR_ACT:
      return tcu.currentActivity
    default:
      return 0n
  }
}

/** A write by core or network. */
export const writePrivileged = (tcu: TcuState, at: number, data: bigint, enables: number, cycle: number): void => {
  if (!obeysPrivileged(tcu)) return
  switch (at) {
    case registers.CORE_REQ:
      tcu.coreRequest = mergeBytes(tcu.coreRequest, data, enables)
      return
    case registers.PRIV_CTRL:
      if (enables & 1) tcu.privilegedControl = Number(data & 1n)
      return
    case registers.PRIV_CMD:
      tcu.privilegedCommand = mergeBytes(tcu.privilegedCommand, data, enables)
      if (startsCommand(data, enables)) startPrivilegedCommand(tcu, tcu.privilegedCommand, cycle)
      return
    case registers.PRIV_CMD_ARG:
      tcu.privilegedArgument = mergeBytes(tcu.privilegedArgument, data, enables)
      return
    case registers.CUR_ACT:
      if (usesActivities(tcu)) tcu.currentActivity = mergeBytes(tcu.currentActivity, data, enables)
  }
}
