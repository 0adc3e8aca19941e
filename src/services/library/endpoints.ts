/** Endpoints of a program. Source: kernel sections 2.3 and 2.4. */
import { selectors, systemCalls } from '#kernel'
import type { Context } from '../runtime/context.ts'

/** An endpoint that the program allocated: its capability and its number. */
export interface OwnEndpoint {
  readonly selector: number
  readonly ep: number
}

/** Allocates an endpoint of the own tile, with `replies` reply endpoints behind it. */
export const allocateEndpoint = async (context: Context, replies = 0): Promise<OwnEndpoint> => {
  const selector = context.selector()
  const request = { dst: selector, act: selectors.activity, ep: selectors.invalid, replies }
  const { ep } = await context.calls.call(systemCalls.allocEp, request)
  return { selector, ep: Number(ep) }
}

/**
 * Makes a gate usable on an endpoint; receive gates want the address of their buffer. A send gate waits until its receive
 * gate is active.
 */
export const activate = async (
  context: Context,
  endpoint: OwnEndpoint,
  gate: number | bigint,
  buffer = 0,
): Promise<void> => {
  const request = { ep: endpoint.selector, gate, bufferMemory: selectors.invalid, bufferOffset: buffer }
  await context.calls.call(systemCalls.activate, request)
}

/**
 * Makes somebody else's send gate usable without trusting them to have its receive gate active.
 *
 * Rejects: CallError RecvGone when it is not.
 */
export const activateNow = async (context: Context, endpoint: OwnEndpoint, gate: number | bigint): Promise<void> => {
  const request = { ep: endpoint.selector, gate, bufferMemory: selectors.invalid, bufferOffset: 0, now: true }
  await context.calls.call(systemCalls.activate, request)
}
