/** Birth of activities. Source: kernel sections 2.3 and 3.6. */
import { Activity } from './activity.ts'
import { CapabilityTable } from './capability.ts'
import type { Capability } from './capability.ts'
import { receiveEndpoint, sendEndpoint } from './endpoint-words.ts'
import { ensure, refuse } from './errors.ts'
import type { KernelState } from './kernel-state.ts'
import {
  bufferOrders,
  kernelEps,
  selectors,
  standardBufferStart,
  standardBuffers,
  standardEpCount,
  standardEps,
} from './numbers.ts'
import type { KernelMemory, TileObject } from './objects.ts'
import { sideCall } from './side-call-requests.ts'
import { encodeSideCall, sideCalls } from './side-calls.ts'

/**
 * Makes an activity with its own three capabilities and its place on the tile.
 *
 * Rejects: CallError, with nothing changed, in the order of kernel section 2.3, create_activity, checks 4 to 8.
 */
export const newActivity = (
  kernel: KernelState,
  facts: { readonly name: string; readonly root: boolean; readonly tile: TileObject; readonly kmem: KernelMemory },
): Activity => {
  const { tile, quota } = facts.tile
  ensure(quota.left >= standardEpCount)
  ensure(tile.mux === 'running', 'InvState')
  const epsStart = tile.findFree(standardEpCount) ?? refuse('NoSpace')
  ensure(tile.activities === 0, 'NotSup')
  const id = kernel.freeActivityId() ?? refuse('NoSpace')
  const activity = new Activity({ ...facts, id, kernelMemory: facts.kmem, epsStart })
  fillTable(activity)
  kernel.activities.set(id, activity)
  tile.mark(epsStart, standardEpCount, true)
  quota.take(standardEpCount)
  tile.activities++
  facts.tile.users++
  return activity
}

/** Introduces an activity to its multiplexer, then gives it its standard endpoints. Kernel section 3.6. */
export const introduce = async (kernel: KernelState, activity: Activity, caller?: Activity): Promise<void> => {
  const { timeQuota, pageTableQuota: ptQuota } = activity.tile
  const values = { activity: activity.id, timeQuota, ptQuota, epsStart: activity.epsStart }
  await sideCall(kernel, activity.tile.tile, encodeSideCall(sideCalls.activityInit, values), caller)
  ensure(activity.alive, 'ActivityGone')
  await configureStandardEndpoints(kernel, activity)
}

const fillTable = (activity: Activity): void => {
  const added: Capability[] = []
  try {
    added.push(activity.table.insertAgain(selectors.tile, activity.tile))
    added.push(activity.table.insertAgain(selectors.kernelMemory, activity.kernelMemory))
    added.push(activity.table.insert(selectors.activity, activity))
  } catch (error) {
    for (const capability of added) CapabilityTable.remove(capability)
    throw error
  }
}

/** Gives an activity its endpoints for system calls, upcalls and answers. Kernel section 3.2. */
export const configureStandardEndpoints = async (kernel: KernelState, activity: Activity): Promise<void> => {
  const { id, facts } = activity.tile.tile
  const buffers = standardBufferStart(facts.memoryBytes)
  const { systemCall, systemCallReply, upcall, upcallReply, defaultReply } = standardEps
  const configure = (ep: number, words: Parameters<typeof kernel.remote.configure>[2]): Promise<void> =>
    kernel.remote.configure(id, activity.epsStart + ep, words)
  await configure(
    systemCall,
    sendEndpoint({
      tile: kernel.tile,
      ep: kernelEps.systemCalls,
      label: BigInt(activity.id),
      messageOrder: bufferOrders.systemCall,
      credits: 1,
    }),
  )
  await configure(
    systemCallReply,
    receiveEndpoint({
      address: buffers + standardBuffers.systemCallReply,
      slots: 1,
      slotOrder: bufferOrders.systemCall,
    }),
  )
  await configure(
    upcall,
    receiveEndpoint({
      address: buffers + standardBuffers.upcall,
      slots: 1,
      slotOrder: bufferOrders.upcall,
      replyEps: activity.epsStart + upcallReply,
    }),
  )
  await configure(
    defaultReply,
    receiveEndpoint({
      address: buffers + standardBuffers.defaultReply,
      slots: 1,
      slotOrder: bufferOrders.default,
    }),
  )
}
