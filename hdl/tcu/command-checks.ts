/** What a command is checked for, in the order of its section: the first condition that fails gives the error. */
import { type Bit, literal, mux, type UInt } from '#edsl'
import { asMemory, asReceive, asSend, exists, isType, replyRange, type Words } from '#hdl/endpoints'
import {
  errorCodes,
  type ErrorName,
  largestMessageOrder,
  memoryPermissions,
  messageHeaderBytes,
  noEndpoint,
  registerWindow,
} from '#layout'
import type { TcuParameters } from './interfaces.ts'

/** A condition that must not hold, and the error if it does. */
type Check = readonly [Bit, ErrorName]

/** The error of the first check that hits, NONE when none does. */
export const firstError = (checks: readonly Check[]): UInt<5> =>
  checks.reduceRight<UInt<5>>(
    (rest, [hits, name]) => mux(hits, literal(5, errorCodes[name]), rest),
    literal(5, errorCodes.NONE),
  )

export interface CheckInputs {
  readonly ep: UInt<16>
  readonly arg0: UInt<32>
  readonly dataAddress: UInt<64>
  readonly dataSize: UInt<64>
  readonly arg1: UInt<64>
  /** Words of the endpoint that the command names. */
  readonly words: Words
  /** Words of the reply endpoint (REPLY, ACK_MSG) or of the endpoint for replies (SEND). */
  readonly others: Words
}

type Memory = Pick<TcuParameters, 'memoryBase' | 'memoryBytes'>

/** Whether `size` bytes from `address` are all inside local memory. */
export const insideMemory = (memory: Memory, address: UInt<32>, size: UInt<64>): Bit => {
  const offset = address.subWrap(memory.memoryBase)
  const end = offset.extend(64).addWrap(size)
  return offset.lt(memory.memoryBytes).and(size.le(memory.memoryBytes)).and(end.le(memory.memoryBytes))
}

/** Local buffer in the register window, then outside of memory; not for empty transfers. DEV-2; docs/contract.md. */
const localBuffer = (inputs: CheckInputs, memory: Memory): { window: Bit; outside: Bit } => {
  const local = inputs.dataAddress.truncate(32)
  const localEnd = local.extend(65).addWrap(inputs.dataSize.extend(65))
  const anyBytes = inputs.dataSize.any()
  const localInWindow = anyBytes.and(local.ge(registerWindow).or(localEnd.gt(registerWindow)))
  const localInside = insideMemory(memory, local, inputs.dataSize)
  const localOutside = anyBytes.and(localInside.not())
  return { window: localInWindow, outside: localOutside }
}

/** Payload and header are larger than `1 << order` bytes. */
const tooLarge = (size: UInt<64>, order: UInt<6>): Bit => {
  const limit = literal(12, 1).shiftLeft(order)
  return size.ge(2 ** largestMessageOrder).or(size.truncate(12).addWrap(messageHeaderBytes).gt(limit))
}

const unaligned = (inputs: CheckInputs): Bit => inputs.dataAddress.truncate(4).any()

/** Section 4.2, checks 1 to 7a. */
export const transferError = (inputs: CheckInputs, memory: Memory, access: 'read' | 'write'): UInt<5> => {
  const ep = asMemory(inputs.words)
  const local = localBuffer(inputs, memory)
  return firstError([
    [exists(inputs.ep).and(isType(inputs.words, 'memory')).not(), 'NO_MEP'],
    [ep.permissions.and(memoryPermissions[access]).any().not(), 'NO_PERM'],
    [inputs.arg1.add(inputs.dataSize).gt(ep.size.extend(65)), 'OUT_OF_BOUNDS'],
    [local.window, 'NO_PERM'],
    [local.outside, 'TIMEOUT_MEM'],
  ])
}

/** Section 4.3, checks 1 to 11. */
export const sendError = (inputs: CheckInputs, memory: Memory): UInt<5> => {
  const ep = asSend(inputs.words)
  const local = localBuffer(inputs, memory)
  const replyEp = inputs.arg0.truncate(16)
  const wantsReply = replyEp.ne(noEndpoint)
  return firstError([
    [exists(inputs.ep).and(isType(inputs.words, 'send')).not(), 'NO_SEP'],
    [ep.reply, 'SEND_REPLY_EP'],
    [ep.messageOrder.gt(largestMessageOrder), 'SEND_INV_MSG_SZ'],
    [tooLarge(inputs.dataSize, ep.messageOrder), 'OUT_OF_BOUNDS'],
    [unaligned(inputs), 'MSG_UNALIGNED'],
    [local.window, 'NO_PERM'],
    [wantsReply.and(exists(replyEp).and(isType(inputs.others, 'receive')).not()), 'NO_REP'],
    [ep.credits.any().not(), 'NO_CREDITS'],
    [local.outside, 'TIMEOUT_MEM'],
  ])
}

/** Slot of the message at byte offset `arg0`, in full width (DEV-4). */
export const slotOf = (inputs: CheckInputs): UInt<32> => inputs.arg0.shiftRight(asReceive(inputs.words).slotOrder)

/** Section 4.4, checks 1 to 14. */
export const replyError = (inputs: CheckInputs, memory: Memory): UInt<5> => {
  const receive = asReceive(inputs.words)
  const replies = replyRange(receive)
  const ep = asSend(inputs.others)
  const local = localBuffer(inputs, memory)
  return firstError([
    [exists(inputs.ep).and(isType(inputs.words, 'receive')).not(), 'NO_REP'],
    [replies.enabled.not(), 'REPLIES_DISABLED'],
    [replies.exists.not(), 'RECV_INV_RPL_EPS'],
    [slotOf(inputs).ge(receive.slots.extend(32)), 'INV_MSG_OFF'],
    [isType(inputs.others, 'send').not(), 'NO_SEP'],
    [ep.reply.not(), 'SEND_REPLY_EP'],
    [ep.creditEp.ne(noEndpoint).and(exists(ep.creditEp).not()), 'SEND_INV_CRD_EP'],
    [ep.messageOrder.gt(largestMessageOrder), 'SEND_INV_MSG_SZ'],
    [tooLarge(inputs.dataSize, ep.messageOrder), 'OUT_OF_BOUNDS'],
    [unaligned(inputs), 'MSG_UNALIGNED'],
    [local.window, 'NO_PERM'],
    [local.outside, 'TIMEOUT_MEM'],
  ])
}

/** Section 4.5. */
export const fetchError = (inputs: CheckInputs): UInt<5> =>
  firstError([[exists(inputs.ep).and(isType(inputs.words, 'receive')).not(), 'NO_REP']])

/** Section 4.6. */
export const acknowledgeError = (inputs: CheckInputs): UInt<5> => {
  const receive = asReceive(inputs.words)
  const replies = replyRange(receive)
  return firstError([
    [exists(inputs.ep).and(isType(inputs.words, 'receive')).not(), 'NO_REP'],
    [replies.enabled.and(replies.exists.not()), 'RECV_INV_RPL_EPS'],
    [slotOf(inputs).ge(receive.slots.extend(32)), 'INV_MSG_OFF'],
  ])
}
