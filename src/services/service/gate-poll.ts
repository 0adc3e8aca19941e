/** A receive gate among others that one program looks at in turn. */
import { CallError, codes, systemCalls } from '#kernel'
import type { Message } from '#kernel'
import { activate, allocateEndpoint } from '../library/endpoints.ts'
import type { Context } from '../runtime/context.ts'

export interface PolledGate {
  readonly selector: number
  /** The next message, if there is one. */
  poll(): Promise<Message | undefined>
  /** Answers; says whether the sender could be reached. */
  reply(message: Message, payload: Uint8Array): Promise<boolean>
  /** Frees a slot without an answer. */
  drop(message: Message): Promise<void>
  /** Drops messages with a label that nobody has looked at yet. */
  dropAll(label: bigint): Promise<void>
}

/** Creates a receive gate and makes it usable. Sizes are powers of two; `buffer` is where messages go if not among the others. */
export const createPolledGate = async (
  context: Context,
  slots: number,
  slotBytes: number,
  buffer?: number,
): Promise<PolledGate> => {
  const selector = context.selector()
  const messageOrder = Math.log2(slotBytes)
  const order = messageOrder + Math.log2(slots)
  await context.calls.call(systemCalls.createRgate, { dst: selector, order, messageOrder })
  return polledGate(context, selector, slots, slotBytes, buffer ?? context.allocateBuffer(slots * slotBytes))
}

/** Makes a receive gate usable that somebody gave. */
export const openPolledGate = async (context: Context, selector: number): Promise<PolledGate> => {
  const { order, messageOrder } = await context.calls.call(systemCalls.rgateBuffer, { rgate: selector })
  const [bytes, slotBytes] = [2 ** Number(order), 2 ** Number(messageOrder)]
  return polledGate(context, selector, bytes / slotBytes, slotBytes, context.allocateBuffer(bytes))
}

const polledGate = async (
  context: Context,
  selector: number,
  slots: number,
  slotBytes: number,
  buffer: number,
): Promise<PolledGate> => {
  const endpoint = await allocateEndpoint(context, slots)
  await activate(context, endpoint, selector, buffer)
  const { ep } = endpoint
  const answer = context.allocate(slotBytes)
  const waiting: Message[] = []
  const fetch = async (): Promise<Message | undefined> =>
    (await context.tcu.unread(ep)) === 0 ? undefined : context.tcu.fetch(ep, buffer)
  const drop = async ({ offset }: Message): Promise<void> => {
    await context.tcu.acknowledge(ep, offset)
  }
  return {
    selector,
    poll: async () => waiting.shift() ?? (await fetch()),
    reply: async (message, payload) => {
      if (payload.length > slotBytes) throw new CallError(codes.OutOfMem, 'an answer is too large')
      context.tile.writeMemory(answer, payload)
      if ((await context.tcu.reply(ep, message.offset, answer, payload.length)) === 0) return true
      await drop(message)
      return false
    },
    drop,
    dropAll: async (label) => {
      for (let message = await fetch(); message !== undefined; message = await fetch()) waiting.push(message)
      for (const message of waiting.splice(0)) {
        if (message.label === label) await drop(message)
        else waiting.push(message)
      }
    },
  }
}
