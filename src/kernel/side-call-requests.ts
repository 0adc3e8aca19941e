/** Side calls as the kernel makes them. Source: kernel section 3.8. */
import type { Activity } from './activity.ts'
import { CallError, codes, ensure } from './errors.ts'
import type { KernelState } from './kernel-state.ts'
import { maxWaitingHints } from './numbers.ts'
import type { PendingRequest } from './send-queue.ts'
import { encodeSideCall, sideCalls } from './side-calls.ts'
import type { TileState } from './tile-state.ts'
import { WordReader } from './words.ts'

/** What a multiplexer answers besides the error. */
export interface SideCallValues {
  readonly first: bigint
  readonly second: bigint
}

/**
 * Makes a side call and suspends until its answer is there.
 *
 * Rejects: CallError RecvGone when no multiplexer runs or it is about to stop, Timeout when it does not answer, or with the
 * error of the TCU or of the multiplexer; an answer without an error word counts as InvArgs.
 */
export const sideCall = async (
  kernel: KernelState,
  tile: TileState,
  message: Uint8Array,
  caller?: Activity,
): Promise<SideCallValues> => {
  ensure(tile.mux === 'running', 'RecvGone')
  return sideCallValues(await answerOf(kernel, await kernel.queues.post(tile.queue, message), caller))
}

/**
 * Suspends until a request has its answer.
 *
 * Rejects: CallError with what became of the request, or with the error in its answer.
 */
export const answerOf = async (
  kernel: KernelState,
  request: PendingRequest,
  caller?: Activity,
): Promise<WordReader> => {
  while (request.reply === undefined && request.error === undefined) await kernel.suspend(request.answered, caller)
  if (request.error !== undefined) throw new CallError(request.error)
  const reader = new WordReader(request.reply ?? new Uint8Array())
  const error = request.reply === undefined || request.reply.length < 8 ? BigInt(codes.InvArgs) : reader.word()
  if (error !== 0n) throw new CallError(error > BigInt(codes.ConnectionFailed) ? codes.InvArgs : Number(error))
  return reader
}

/** Answers may be short; what is missing is 0. */
const sideCallValues = (reader: WordReader): SideCallValues => {
  const value = (): bigint => (reader.remaining >= 8 ? reader.word() : 0n)
  return { first: value(), second: value() }
}

/** Makes a side call without waiting for its answer; a tile without multiplexer gets none. */
export const notify = async (
  kernel: KernelState,
  tile: TileState,
  message: Uint8Array,
  options: { readonly persistent?: boolean } = {},
): Promise<void> => {
  if (tile.mux === 'running') await kernel.queues.post(tile.queue, message, options)
}

/** Tells a multiplexer that unread messages of an activity are gone. */
export const notifyRemoved = (kernel: KernelState, activity: Activity, unread: number): Promise<void> =>
  hint(kernel, activity.tile.tile, encodeSideCall(sideCalls.removeMessages, { activity: activity.id, unread }))

/** Tells a multiplexer that an endpoint of an activity became invalid. */
export const notifyInvalid = (kernel: KernelState, activity: Activity, ep: number): Promise<void> =>
  hint(kernel, activity.tile.tile, encodeSideCall(sideCalls.endpointInvalid, { activity: activity.id, ep }))

/** A multiplexer that lets its queue fill up misses hints. */
const hint = async (kernel: KernelState, tile: TileState, message: Uint8Array): Promise<void> => {
  if (tile.queue.waiting.length < maxWaitingHints) await notify(kernel, tile, message)
}
