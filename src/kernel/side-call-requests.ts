/** Side calls as the kernel makes them. Source: kernel section 3.8. */
import type { Activity } from './activity.ts'
import { CallError, codes, ensure } from './errors.ts'
import type { KernelState } from './kernel-state.ts'
import { encodeSideCall, sideCalls } from './side-calls.ts'
import type { TileState } from './tile-state.ts'
import { WordReader } from './words.ts'

/**
 * Makes a side call and suspends until its answer is there.
 *
 * Rejects: CallError RecvGone when no multiplexer runs, or with the error of the TCU or of the multiplexer; an answer
 * without an error word counts as InvArgs.
 */
export const sideCall = async (
  kernel: KernelState,
  tile: TileState,
  message: Uint8Array,
  caller?: Activity,
): Promise<void> => {
  ensure(tile.mux !== 'off', 'RecvGone')
  const request = await kernel.queues.post(tile.queue, message)
  while (request.reply === undefined && request.error === undefined) await kernel.suspend(request.answered, caller)
  const error = request.error ?? errorOf(request.reply as Uint8Array)
  if (error !== 0) throw new CallError(error)
}

/** Makes a side call without waiting for its answer; a tile without multiplexer gets none. */
export const notify = async (kernel: KernelState, tile: TileState, message: Uint8Array): Promise<void> => {
  if (tile.mux === 'running') await kernel.queues.post(tile.queue, message)
}

/** Tells a multiplexer that unread messages of an activity are gone. */
export const notifyRemoved = (kernel: KernelState, activity: Activity, unread: number): Promise<void> =>
  notify(kernel, activity.tile.tile, encodeSideCall(sideCalls.removeMessages, { activity: activity.id, unread }))

/** Tells a multiplexer that an endpoint of an activity became invalid. */
export const notifyInvalid = (kernel: KernelState, activity: Activity, ep: number): Promise<void> =>
  notify(kernel, activity.tile.tile, encodeSideCall(sideCalls.endpointInvalid, { activity: activity.id, ep }))

const errorOf = (reply: Uint8Array): number => {
  const error = reply.length < 8 ? BigInt(codes.InvArgs) : new WordReader(reply).word()
  return error > BigInt(codes.ConnectionFailed) ? codes.InvArgs : Number(error)
}
