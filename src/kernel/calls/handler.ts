/** What every system call of the kernel looks like. */
import type { Activity } from '../activity.ts'
import type { Capability } from '../capability.ts'
import { ensure } from '../errors.ts'
import type { KernelState } from '../kernel-state.ts'
import type { systemCalls, Received, Sent, SystemCallName } from '../system-calls.ts'

type Calls = typeof systemCalls
type RequestOf<Name extends SystemCallName> = Received<Calls[Name]['request']>
type ReplyOf<Name extends SystemCallName> = Sent<Calls[Name]['reply']>

/** Handles one system call; errors are thrown as CallError. */
export type Handler<Name extends SystemCallName> = (
  kernel: KernelState,
  caller: Activity,
  request: RequestOf<Name>,
) => ReplyOf<Name> | Promise<ReplyOf<Name>>

/**
 * The activity that a caller's capability names.
 *
 * Rejects: CallError InvArgs.
 */
export const activityAt = (caller: Activity, selector: bigint): Capability<Activity> =>
  caller.table.find(selector, 'activity')

/**
 * The same, of an activity that can still own something.
 *
 * Rejects: CallError InvArgs, ActivityGone.
 */
export const aliveAt = (caller: Activity, selector: bigint): Capability<Activity> => {
  const found = activityAt(caller, selector)
  ensure(found.object.alive, 'ActivityGone')
  return found
}

/** Ends the call with InvArgs unless a new capability can go to `selector` of the caller's table. */
export const ensureFree = (owner: Activity, selector: bigint): void => ensure(owner.table.isFree(selector))
