/** How the memory of a pipe is shown to the clients at its ends. Source: services section 4. */
import { CallError, codes, selectors, systemCalls } from '#kernel'
import { activate } from '../../library/endpoints.ts'
import type { Context } from '../../runtime/context.ts'
import type { ChannelSession } from './sessions.ts'

const permissionsOf = { in: 1, out: 2 } as const

/**
 * Lets the client's endpoint show the whole memory, once: readers read, writers write.
 *
 * Rejects: CallError InvArgs without endpoint or memory, or when these are something else; what the kernel refuses.
 */
export const showMemory = async (context: Context, channel: ChannelSession): Promise<void> => {
  const { endpoint, gate, end, of } = channel
  if (gate !== undefined) return
  if (endpoint === undefined) throw new CallError(codes.InvArgs, 'the channel has no endpoint yet')
  if (of.memory === undefined) throw new CallError(codes.InvArgs, 'the pipe has no memory yet')
  const dst = context.selector()
  await context.calls.call(systemCalls.deriveMem, {
    act: selectors.activity,
    dst,
    src: of.memory,
    offset: 0,
    size: of.pipe.size,
    permissions: permissionsOf[end.direction],
  })
  try {
    await activate(context, { selector: endpoint, ep: 0 }, dst)
  } catch (reason) {
    await context.calls.revoke(dst)
    throw reason
  }
  channel.gate = dst
}

/** Takes the memory away from the client, and forgets its endpoint. */
export const hideMemory = async (context: Context, channel: ChannelSession): Promise<void> => {
  const { gate, endpoint } = channel
  channel.gate = undefined
  channel.endpoint = undefined
  for (const selector of [gate, endpoint]) if (selector !== undefined) await context.calls.revoke(selector)
}
