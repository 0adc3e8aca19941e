/** System calls from message to answer. Source: kernel section 2.1. */
import type { Activity } from './activity.ts'
import { CallError, codes } from './errors.ts'
import { handlers } from './calls/table.ts'
import type { Handler } from './calls/handler.ts'
import { CallerGone } from './kernel-state.ts'
import type { KernelState } from './kernel-state.ts'
import { kernelBuffers, kernelEps, kernelMemory } from './numbers.ts'
import { decodeFields, encodeFields, systemCalls } from './system-calls.ts'
import type { SystemCallName } from './system-calls.ts'
import type { Message } from './tcu.ts'
import { Malformed, WordReader, WordWriter } from './words.ts'

const systemCallSlots = { ep: kernelEps.systemCalls, slotOrder: kernelBuffers.systemCalls.slotOrder }
const names = Object.keys(systemCalls) as readonly SystemCallName[]
const namesByCode = new Map(names.map((name) => [BigInt(systemCalls[name].code), name]))

/** Handles one system call; the caller is who the label says. Whatever the message holds, it is answered once. */
export const handleSystemCall = async (kernel: KernelState, message: Message): Promise<void> => {
  const caller = kernel.activities.get(Number(message.label))
  if (caller === undefined || !caller.alive) {
    await kernel.tcu.acknowledge(kernelEps.systemCalls, message.offset)
    return
  }
  caller.call = message
  const answer = await answerTo(kernel, caller, message.payload)
  if (caller.call !== message || answer === undefined) return
  caller.call = undefined
  await reply(kernel, systemCallSlots, message.offset, answer)
}

/** Sends an answer; one that cannot be sent frees its slot all the same. */
export const reply = async (
  kernel: KernelState,
  from: { readonly ep: number; readonly slotOrder: number },
  offset: number,
  answer: Uint8Array,
): Promise<void> => {
  const { ep, slotOrder } = from
  kernel.tcu.tile.writeMemory(kernelMemory.messages, answer)
  if ((await kernel.tcu.reply(ep, offset, kernelMemory.messages, answer.length)) === 0) return
  // A refused reply leaves the slot occupied; after one that got lost on its way the slot may hold a new, unread message.
  const unread = await kernel.tcu.unread(ep)
  if (((unread >>> (offset >> slotOrder)) & 1) === 0) await kernel.tcu.acknowledge(ep, offset)
}

const answerTo = async (
  kernel: KernelState,
  caller: Activity,
  payload: Uint8Array,
): Promise<Uint8Array | undefined> => {
  try {
    const reader = new WordReader(payload)
    const name = namesByCode.get(reader.word())
    if (name === undefined) return error(codes.InvArgs)
    const call = systemCalls[name]
    const request = decodeFields(call.request, reader)
    // Name, request and handler belong together, which the table's type says and an index by name cannot.
    const handler = handlers[name] as Handler<'noop'>
    return encodeFields(codes.Success, call.reply, await handler(kernel, caller, request))
  } catch (reason) {
    if (reason instanceof CallError) return error(reason.code)
    if (reason instanceof Malformed) return error(codes.InvArgs)
    if (reason instanceof CallerGone) return undefined
    throw reason
  }
}

const error = (code: number): Uint8Array => new WordWriter().word(code).finish()
