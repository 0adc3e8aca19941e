/** Steps of the privileged interface in the timed model: timer, core requests, privileged commands. TCU section 5. */
import { abortRaised, commandToAbort } from './abort.ts'
import { coreRequestDone, coreRequestRaised, isAnswered, requestToRaise } from './core-requests.ts'
import { commitCodes } from './records.ts'
import type { CommitFields } from './records.ts'
import { insertPlaces, mayEndPrivileged, privilegedDone } from './tcu-privileged.ts'
import type { TcuState } from './tcu-state.ts'
import { mayExpire, timerExpired } from './timer.ts'

/** Cycles from the start of a privileged command to its end. */
const privilegedDelay = 2

type Step = Partial<CommitFields> & { readonly kind: number }

/** Makes a step of the privileged interface, if one is due. */
export const privilegedStep = (tcu: TcuState, cycle: number): Step | undefined => {
  if (mayExpire(tcu, cycle)) {
    timerExpired(tcu)
    return { kind: commitCodes.timerExpired }
  }
  return requestStep(tcu) ?? commandStep(tcu, cycle)
}

const requestStep = (tcu: TcuState): Step | undefined => {
  if (isAnswered(tcu)) {
    coreRequestDone(tcu)
    return { kind: commitCodes.coreRequestDone }
  }
  const data = requestToRaise(tcu)
  if (data === undefined) return undefined
  coreRequestRaised(tcu, data)
  return { kind: commitCodes.coreRequestRaised, data }
}

const commandStep = (tcu: TcuState, cycle: number): Step | undefined => {
  const { privileged } = tcu
  if (privileged === undefined || cycle < privileged.started + privilegedDelay) return undefined
  const command = commandToAbort(tcu)
  if (command !== undefined) {
    abortRaised(tcu, command)
    // no flit is made before the cycle in which it leaves
    command.transfer?.cutAll()
    return { kind: commitCodes.abortRaised }
  }
  if (!mayEndPrivileged(tcu)) return undefined
  const ep = insertPlaces(tcu)[0] ?? 0
  return { kind: commitCodes.privilegedDone, ep, data: privilegedDone(tcu, ep, cycle) }
}

/** Next cycle in which time alone makes such a step possible; infinite when there is none. */
export const nextPrivilegedCycle = ({ privileged, timer }: TcuState): number =>
  Math.min(timer?.ends ?? Infinity, privileged === undefined ? Infinity : privileged.started + privilegedDelay)
