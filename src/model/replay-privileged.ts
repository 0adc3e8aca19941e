/** Replays the steps of the privileged interface: abort, privileged commands, timer, core requests, PMP. TCU section 5. */
import { abortRaised, commandToAbort } from './abort.ts'
import { hex } from './bits.ts'
import { coreRequestDone, coreRequestRaised, isAnswered, requestToRaise } from './core-requests.ts'
import { commitCodes } from './records.ts'
import type { CommitFields } from './records.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { insertPlaces, mayEndPrivileged, privilegedDone } from './tcu-privileged.ts'
import { applyPmpChecked } from './tcu-pmp.ts'
import type { TcuState } from './tcu-state.ts'
import { isOverdue, mayExpire, timerExpired } from './timer.ts'

type Step = Readonly<CommitFields>

/** Applies a step of the privileged interface. */
export const applyPrivileged = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  switch (step.kind) {
    case commitCodes.abortRaised:
      return applyAbort(tcu)
    case commitCodes.privilegedDone:
      return applyDone(tcu, step, cycle)
    case commitCodes.timerExpired:
      return applyExpired(tcu, cycle)
    case commitCodes.coreRequestRaised:
      return applyRaised(tcu, step)
    case commitCodes.pmpChecked:
      return applyPmpChecked(tcu, step)
    default:
      return applyAnswered(tcu)
  }
}

/** Why a step other than `timerExpired` may not come now: the timer should have had its turn before. */
export const refuseOverdue = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined =>
  isOverdue(tcu, cycle) && step.kind !== commitCodes.timerExpired
    ? refuse('timerExpired', `the time of the timer was over in cycle ${tcu.timer?.ends}`, 'tcu.md 5.6')
    : undefined

const applyAbort = (tcu: TcuState): Refusal | undefined => {
  const command = commandToAbort(tcu)
  if (command === undefined)
    return refuse('no abort', 'no ABORT_CMD runs that finds a command and has not asked it to stop yet', 'tcu.md 5.2')
  abortRaised(tcu, command)
  return undefined
}

const applyDone = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  if (tcu.privileged === undefined)
    return refuse('no privileged command', 'no privileged command was started', 'tcu.md 2.5')
  if (!mayEndPrivileged(tcu))
    return refuse(
      tcu.privileged.aborting === undefined ? 'abortRaised' : 'the end of the command that was asked to stop',
      'ABORT_CMD asks a running READ, WRITE, SEND or REPLY to stop, and waits until it has ended',
      'tcu.md 5.2',
    )
  const places = insertPlaces(tcu)
  if (places.length === 0 ? step.ep !== 0 : !places.includes(step.ep))
    return refuse(
      places.length === 0 ? 'no entry of the TLB' : `entry ${places.join(' or ')}`,
      'INS_TLB replaces the same page, or takes a free entry, or one that is not FIXED if none is free',
      'tcu.md 5.2, 5.3',
    )
  const value = privilegedDone(tcu, step.ep, cycle)
  if (value === step.data) return undefined
  return refuse(`PRIV_CMD ${hex(value)}`, 'the privileged command has another result', 'tcu.md 5.2')
}

const applyExpired = (tcu: TcuState, cycle: number): Refusal | undefined => {
  if (!mayExpire(tcu, cycle))
    return refuse(
      'no interrupt of the timer',
      tcu.timer === undefined ? 'no timer runs' : `its time is over in cycle ${tcu.timer.ends}`,
      'tcu.md 5.6',
    )
  timerExpired(tcu)
  return undefined
}

const applyRaised = (tcu: TcuState, step: Step): Refusal | undefined => {
  const request = requestToRaise(tcu)
  if (request === undefined)
    return refuse(
      'no request to the core',
      'no request waits, or another one is shown, or interrupt 1 or the type in CORE_REQ is not 0',
      'tcu.md 5.5',
    )
  if (!tcu.coreRequests.shows(step.data))
    return refuse(`CORE_REQ ${hex(request)}`, 'requests are shown in their order', 'tcu.md 5.5')
  coreRequestRaised(tcu, step.data)
  return undefined
}

const applyAnswered = (tcu: TcuState): Refusal | undefined => {
  if (!isAnswered(tcu))
    return refuse('no end of a request', 'no request is shown to which the core has responded', 'tcu.md 5.5')
  coreRequestDone(tcu)
  return undefined
}
