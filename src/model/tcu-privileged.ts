/** The privileged commands: what each does when it ends. TCU sections 5.1 and 5.2. */
import { errorCodes, externalCommand, insertArgument, pageOrder, privilegedOpcodes } from '#layout'
import { commandToAbort } from './abort.ts'
import { numberReader } from './bits.ts'
import { usesActivities } from './tcu-choice.ts'
import type { PrivilegedCommand, TcuState } from './tcu-state.ts'
import { setTimer } from './timer.ts'

const errors = errorCodes
const resultAt = BigInt(externalCommand.lsb.arg)
const errorAt = BigInt(externalCommand.lsb.error)
const insertActOf = numberReader(insertArgument, 'act')
const physicalPageOf = numberReader(insertArgument, 'physicalPage')
const flagsOf = numberReader(insertArgument, 'flags')
const invalidateActOf = (argument: bigint): number => Number(argument & 0xffffn)
const lower = (value: bigint): bigint => BigInt.asUintN(32, value)
const pageOf = ({ argument }: PrivilegedCommand): bigint => argument >> BigInt(pageOrder)

/** Whether the running privileged command may end: ABORT_CMD waits for the command that it stops. */
export const mayEndPrivileged = (tcu: TcuState): boolean => {
  const { privileged } = tcu
  if (privileged === undefined || commandToAbort(tcu) !== undefined) return false
  return privileged.aborting === undefined || tcu.running !== privileged.aborting
}

/**
 * Numbers of entries that the running INS_TLB may write: the one that it replaces, or any with room for it. Empty when it
 * fails, or is none.
 */
export const insertPlaces = (tcu: TcuState): readonly number[] => {
  const { privileged, tlb, choice } = tcu
  if (privileged?.op !== privilegedOpcodes.insertPage || !choice.virtualMemory) return []
  const same = tlb.find(pageOf(privileged), comparedInsert(tcu, privileged))
  return same >= 0 ? [same] : tlb.places
}

/** The activity by which INS_TLB finds an entry that is there; nothing without context switching. */
const comparedInsert = (tcu: TcuState, { arg0 }: PrivilegedCommand): number | undefined =>
  usesActivities(tcu) ? insertActOf(arg0) : undefined

/** Ends the running privileged command; INS_TLB writes entry `place`. The result is the new PRIV_CMD. */
export const privilegedDone = (tcu: TcuState, place: number, cycle: number): bigint => {
  const privileged = tcu.privileged as PrivilegedCommand
  const error = carryOut(tcu, privileged, place, cycle)
  const result = privileged.aborting === undefined ? 0n : 1n
  tcu.privileged = undefined
  tcu.privilegedCommand = (result << resultAt) | (BigInt(error) << errorAt)
  return tcu.privilegedCommand
}

const carryOut = (tcu: TcuState, privileged: PrivilegedCommand, place: number, cycle: number): number => {
  switch (privileged.op) {
    case privilegedOpcodes.invalidatePage:
    case privilegedOpcodes.invalidateTlb:
    case privilegedOpcodes.insertPage:
      return tcu.choice.virtualMemory ? changeTlb(tcu, privileged, place) : errors.UNKNOWN_CMD
    case privilegedOpcodes.exchangeActivity:
      return exchangeActivity(tcu, privileged)
    case privilegedOpcodes.setTimer:
      setTimer(tcu, lower(privileged.arg0), cycle)
      return errors.NONE
    case privilegedOpcodes.abortCommand:
      return errors.NONE
    default:
      return errors.UNKNOWN_CMD
  }
}

const changeTlb = (tcu: TcuState, privileged: PrivilegedCommand, place: number): number => {
  const { op, arg0 } = privileged
  if (op === privilegedOpcodes.invalidateTlb) {
    tcu.tlb.removeLoose()
    return errors.NONE
  }
  if (op === privilegedOpcodes.invalidatePage) {
    const act = usesActivities(tcu) ? invalidateActOf(arg0) : undefined
    return tcu.tlb.removePage(pageOf(privileged), act) ? errors.NONE : errors.TLB_MISS
  }
  if (insertPlaces(tcu).length === 0) return errors.TLB_FULL
  tcu.tlb.set(place, {
    act: insertActOf(arg0),
    page: pageOf(privileged),
    physicalPage: physicalPageOf(arg0),
    flags: flagsOf(arg0),
  })
  return errors.NONE
}

/** CUR_ACT as a whole in one step, so that the count is exact (A5); without context switching UNKNOWN_CMD (DEV-11). */
const exchangeActivity = (tcu: TcuState, { arg0 }: PrivilegedCommand): number => {
  if (!usesActivities(tcu)) return errors.UNKNOWN_CMD
  const before = tcu.currentActivity
  tcu.privilegedArgument = tcu.privilegedArgument - lower(tcu.privilegedArgument) + lower(before)
  tcu.currentActivity = before - lower(before) + lower(arg0)
  return errors.NONE
}
