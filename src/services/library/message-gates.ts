/** Channels: a receive gate at one end, send gates at the other. Source: kernel section 8.1. */
import { endpointRegister, endpointTypes, field, sendWord0 } from '#layout'
import { CallError, systemCalls } from '#kernel'
import type { Message } from '#kernel'
import type { Context } from '../runtime/context.ts'
import { activate, allocateEndpoint } from './endpoints.ts'

/** Receives messages and answers them. */
export interface ReceiveGate {
  readonly ep: number
  receive(): Promise<Message>
  reply(message: Message, payload: Uint8Array): Promise<void>
  acknowledge(message: Message): Promise<void>
}

/** Makes the receive gate at `selector` usable; from then on messages can arrive. */
export const openReceiveGate = async (context: Context, selector: number): Promise<ReceiveGate> => {
  const { order, messageOrder } = await context.calls.call(systemCalls.rgateBuffer, { rgate: selector })
  const buffer = context.allocateBuffer(2 ** Number(order))
  const endpoint = await allocateEndpoint(context, 2 ** Number(order - messageOrder))
  await activate(context, endpoint, selector, buffer)
  const { ep } = endpoint
  const answer = context.allocate(2 ** Number(messageOrder))
  return {
    ep,
    receive: () => context.receive(ep, buffer),
    reply: async ({ offset }, payload) => {
      context.tile.writeMemory(answer, payload)
      const error = await context.tcu.reply(ep, offset, answer, payload.length)
      if (error !== 0) throw new CallError(error, 'answering')
    },
    acknowledge: async ({ offset }) => {
      await context.tcu.acknowledge(ep, offset)
    },
  }
}

/** Sends messages. */
export interface SendGate {
  readonly ep: number
  /** Sends without expecting an answer; the credit does not come back. */
  send(payload: Uint8Array): Promise<void>
  /** Sends and waits for the answer. */
  call(payload: Uint8Array): Promise<Uint8Array>
}

/** Makes the send gate at `selector` usable; waits until its receive gate is. */
export const openSendGate = async (context: Context, selector: number, largestBytes = 480): Promise<SendGate> => {
  const endpoint = await allocateEndpoint(context)
  await activate(context, endpoint, selector)
  const { ep } = endpoint
  const buffer = context.allocate(largestBytes)
  const replyEp = context.standardEp('defaultReply')
  const isOpen = async (): Promise<boolean> => {
    const word0 = await context.tile.readRegister(endpointRegister(ep, 0))
    return field(sendWord0, 'type', word0) === endpointTypes.send
  }
  const send = async (payload: Uint8Array, answerTo?: number): Promise<void> => {
    context.tile.writeMemory(buffer, payload)
    const error = await context.tcu.send(ep, buffer, payload.length, answerTo)
    if (error !== 0) throw new CallError(error, 'sending')
  }
  return {
    ep,
    send: (payload) => send(payload),
    call: async (payload) => {
      await send(payload, replyEp)
      const reply = await context.receiveStandard('defaultReply', isOpen)
      await context.tcu.acknowledge(replyEp, reply.offset)
      return reply.payload
    },
  }
}
