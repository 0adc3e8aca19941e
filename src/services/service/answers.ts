/** A receive gate for answers to what a service sends to its clients, in its own time. */
import { systemCalls } from '#kernel'
import type { Message } from '#kernel'
import { activate, allocateEndpoint } from '../library/endpoints.ts'
import type { Context } from '../runtime/context.ts'

export interface AnswerGate {
  /** Where answers are to go. */
  readonly ep: number
  /** The next answer, if there is one; its slot is free again. */
  poll(): Promise<Message | undefined>
}

/** Creates the gate. Sizes are powers of two; there has to be a slot for every credit of those who answer. */
export const createAnswerGate = async (context: Context, slots: number, slotBytes = 64): Promise<AnswerGate> => {
  const gate = context.selector()
  const messageOrder = Math.log2(slotBytes)
  const order = messageOrder + Math.log2(slots)
  await context.calls.call(systemCalls.createRgate, { dst: gate, order, messageOrder })
  const buffer = context.allocateBuffer(slots * slotBytes)
  const endpoint = await allocateEndpoint(context)
  await activate(context, endpoint, gate, buffer)
  const { ep } = endpoint
  return {
    ep,
    poll: async () => {
      if ((await context.tcu.unread(ep)) === 0) return undefined
      const message = await context.tcu.fetch(ep, buffer)
      if (message !== undefined) await context.tcu.acknowledge(ep, message.offset)
      return message
    },
  }
}
