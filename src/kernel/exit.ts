/** The end of activities. Source: kernel section 3.7. */
import { deactivate } from './activation.ts'
import type { Activity } from './activity.ts'
import { codes } from './errors.ts'
import type { KernelState } from './kernel-state.ts'
import { kernelBuffers, kernelEps, kernelMemory, standardEpCount } from './numbers.ts'
import { revokeTree } from './revocation.ts'
import type { Closing } from './service-requests.ts'
import { notify } from './side-call-requests.ts'
import { activityControls, encodeSideCall, sideCalls } from './side-calls.ts'
import { announceEnding } from './waiting.ts'

/**
 * Ends an activity: its endpoints, its unanswered calls, its capabilities. With `stop` its multiplexer is told as well,
 * without waiting for the answer: side calls of a tile are ordered, so a successor on this tile comes after it.
 * Returns what services were told about sessions that ended.
 */
export const exitActivity = async (
  kernel: KernelState,
  activity: Activity,
  code: number,
  stop: boolean,
): Promise<readonly Closing[]> => {
  if (!activity.alive) return []
  activity.state = 'dead'
  activity.exitCode = code
  activity.wait = undefined
  const { tile } = activity.tile
  for (let ep = 0; ep < standardEpCount; ep++) await kernel.remote.invalidate(tile.id, activity.epsStart + ep, true)
  for (const ep of [...activity.eps]) await deactivate(kernel, ep, 'force')
  if (activity.upcalls !== undefined) await kernel.queues.close(activity.upcalls)
  await dropCalls(kernel, activity)
  if (stop) {
    const values = { activity: activity.id, op: activityControls.stop }
    await notify(kernel, tile, encodeSideCall(sideCalls.activityControl, values), { persistent: true })
  }
  const closings: Closing[] = []
  for (const capability of activity.table.all())
    if (capability.table !== undefined) closings.push(...(await revokeTree(kernel, capability, 'all', activity)))
  await announceEnding(kernel)
  if (activity.root) closings.push(...(await removeActivity(kernel, activity)))
  return closings
}

/** Removes an activity, which ends if it did not yet: its id, its tile and its standard endpoints are free again. */
export const removeActivity = async (kernel: KernelState, activity: Activity): Promise<readonly Closing[]> => {
  if (activity.removed) return []
  activity.removed = true
  const closings = await exitActivity(kernel, activity, codes.Unspecified, true)
  kernel.activities.delete(activity.id)
  const { tile, quota } = activity.tile
  tile.mark(activity.epsStart, standardEpCount, false)
  quota.giveBack(standardEpCount)
  tile.activities--
  activity.tile.users--
  return closings
}

/** Frees the receive slots of calls that nobody waits for any more, and lets a suspended handler find that out. */
const dropCalls = async (kernel: KernelState, activity: Activity): Promise<void> => {
  const { slots, slotOrder } = kernelBuffers.systemCalls
  const unread = await kernel.tcu.unread(kernelEps.systemCalls)
  for (let slot = 0; slot < slots; slot++) {
    if (((unread >>> slot) & 1) === 0) continue
    const { label, offset } = kernel.tcu.message(kernelMemory.buffers, slot << slotOrder)
    if (label === BigInt(activity.id)) await kernel.tcu.acknowledge(kernelEps.systemCalls, offset)
  }
  if (activity.call !== undefined) await kernel.tcu.acknowledge(kernelEps.systemCalls, activity.call.offset)
  activity.call = undefined
  if (activity.waitsAt !== undefined) kernel.threads.wake(activity.waitsAt)
}
