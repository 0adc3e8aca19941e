/** create_activity, act_ctrl, act_wait. Source: kernel sections 2.3 and 2.5. */
import type { Activity } from '../activity.ts'
import { introduce, newActivity } from '../create-activity.ts'
import { CallError, codes, ensure } from '../errors.ts'
import { exitActivity } from '../exit.ts'
import type { KernelState } from '../kernel-state.ts'
import { maxWaitActivities, selectors } from '../numbers.ts'
import { revokeTree } from '../revocation.ts'
import { awaitClosings } from '../service-requests.ts'
import { sideCall } from '../side-call-requests.ts'
import { activityControls, encodeSideCall, sideCalls } from '../side-calls.ts'
import { activityOperations } from '../system-calls.ts'
import { takeExitCode, tellEnding } from '../waiting.ts'
import { activityAt, ensureFree } from './handler.ts'
import type { Handler } from './handler.ts'

export const createActivity: Handler<'createActivity'> = async (kernel, caller, { dst, tile, kmem, name }) => {
  for (const selector of [dst, dst + 1n, dst + 2n]) ensureFree(caller, selector)
  ensure(name.length > 0)
  const place = caller.table.find(tile, 'tile').object
  const memory = caller.table.find(kmem, 'kmem').object
  const activity = newActivity(kernel, { name, root: false, tile: place, kmem: memory })
  const created = await insertOrRemove(kernel, caller, dst, activity)
  try {
    await introduce(kernel, activity, caller)
  } catch (error) {
    if (created.table !== undefined) await revokeTree(kernel, created, 'all', caller)
    throw error
  }
  return { id: activity.id, epsStart: activity.epsStart }
}

export const actCtrl: Handler<'actCtrl'> = async (kernel, caller, { act, op, arg }) => {
  const activity = activityAt(caller, act).object
  ensure(op === activityOperations.start || op === activityOperations.stop)
  if (op === activityOperations.start) {
    ensure(activity !== caller)
    if (activity.state !== 'init') return {}
    await startActivity(kernel, activity, caller)
    return {}
  }
  if (act === selectors.activity) await exitActivity(kernel, activity, exitCode(arg), false)
  else await awaitClosings(kernel, await exitActivity(kernel, activity, codes.Unspecified, true), caller)
  return {}
}

/** An activity whose multiplexer refuses to start it can be started again. */
const startActivity = async (kernel: KernelState, activity: Activity, caller: Activity): Promise<void> => {
  activity.state = 'running'
  const values = { activity: activity.id, op: activityControls.start }
  try {
    await sideCall(kernel, activity.tile.tile, encodeSideCall(sideCalls.activityControl, values), caller)
  } catch (error) {
    if (error instanceof CallError && activity.alive) activity.state = 'init'
    throw error
  }
}

export const actWait: Handler<'actWait'> = async (kernel, caller, { event, count, acts }) => {
  ensure(count <= BigInt(maxWaitActivities))
  const listed = acts.slice(0, Number(count))
  if (event !== 0n) {
    caller.wait = count === 0n ? undefined : { event, acts: listed }
    await tellEnding(kernel, caller)
    return nobody
  }
  for (;;) {
    const ending = takeExitCode(caller, listed)
    if (ending !== undefined) return ending
    if (caller.state !== 'running') return nobody
    await kernel.suspend(kernel.exited, caller)
  }
}

const nobody = Object.freeze({ act: selectors.invalid, exitCode: 0 })

const insertOrRemove = async (kernel: KernelState, caller: Activity, dst: bigint, activity: Activity) => {
  try {
    return caller.table.insertAgain(dst, activity)
  } catch (error) {
    for (const capability of activity.table.all()) await revokeTree(kernel, capability, 'all', caller)
    throw error
  }
}

/** An exit status is an error code; others are reported as Unspecified. Kernel section 5. */
const exitCode = (status: bigint): number =>
  status <= BigInt(codes.ConnectionFailed) ? Number(status) : codes.Unspecified
