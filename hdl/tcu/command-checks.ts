/** What a command is checked for, in the order of its section: the first condition that fails gives the error. */
import { type Bit, cat, literal, mux, type UInt, type ValueOf } from '#edsl'
import { asMemory, asReceive, asSend, exists, isType, replyRange, type Words } from '#hdl/endpoints'
import {
  errorCodes,
  type ErrorName,
  largestMessageOrder,
  memoryPermissions,
  messageHeaderBytes,
  noEndpoint,
  pageOrder,
  registerWindow,
  type TcuChoice,
} from '#layout'
import { builtWith } from './choice.ts'
import type { privileges, TcuParameters } from './interfaces.ts'

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
  /** ARG1 plus DATA_SIZE. */
  readonly end: UInt<65>
  readonly local: LocalBuffer
  /** Words of the endpoint that the command names. */
  readonly words: Words
  /** Words of the reply endpoint (REPLY, ACK_MSG) or of the endpoint for replies (SEND). */
  readonly others: Words
  readonly privileges: ValueOf<typeof privileges>
}

type Memory = Pick<TcuParameters, 'memoryBase' | 'memoryBytes'>

/** Whether `size` bytes from `address` are all inside local memory, which is a power of two large and begins at a multiple of it. */
export const insideMemory = (memory: Memory, address: UInt<32>, size: UInt<64>): Bit => {
  const bits = Math.log2(memory.memoryBytes)
  const begins = address.shiftRight(bits).eq(memory.memoryBase / memory.memoryBytes)
  const end = address
    .extend(64)
    .and(memory.memoryBytes - 1)
    .addWrap(size.and(2 * memory.memoryBytes - 1))
  const over = end.bit(bits + 1).or(end.bit(bits).and(end.and(memory.memoryBytes - 1).any()))
  return begins
    .and(
      size
        .shiftRight(bits + 1)
        .any()
        .not(),
    )
    .and(over.not())
}

/** What is wrong with a local buffer: it touches the register window, or leaves memory. Never for empty transfers. */
export interface LocalBuffer {
  readonly window: Bit
  readonly outside: Bit
}

/** Looks at `size` bytes from `local`. DEV-2; docs/contract.md. */
export const localBuffer = (local: UInt<32>, size: UInt<64>, memory: Memory): LocalBuffer => {
  const end = local.extend(65).addWrap(size.extend(65))
  // The window lies at the top: whatever ends above its first byte touches it.
  const past = end
    .shiftRight(32)
    .any()
    .or(end.slice(28, 4).all().and(end.truncate(28).any()))
  const touches = local.ge(registerWindow).or(past)
  return { window: size.any().and(touches), outside: size.any().and(insideMemory(memory, local, size).not()) }
}

/** Where the local buffer is: DATA_ADDR, translated where the TCU is built for it. Section 4.1. */
export const localAddress = (
  { dataAddress, privileges }: Pick<CheckInputs, 'dataAddress' | 'privileges'>,
  { virtualMemory }: Pick<TcuParameters, 'virtualMemory'>,
): UInt<32> => {
  const physical = dataAddress.truncate(32)
  if (virtualMemory !== true) return physical
  const { translates, found } = privileges
  return mux(translates, cat(found.physicalPage, dataAddress.truncate(pageOrder)), physical)
}

/** The check of an endpoint's activity, where the TCU is built for it. Section 4.1. */
const foreign = (
  { privileges: { byActivity, activity } }: CheckInputs,
  { contextSwitching }: TcuChoice,
  act: UInt<16>,
  concerned: Bit = literal(1, 1),
): readonly Check[] =>
  contextSwitching === true ? [[byActivity.and(concerned).and(act.ne(activity)), 'FOREIGN_EP']] : []

/** The check of the page's end, where the TCU is built for it. Section 4.1. */
const pageEnd = (
  { dataAddress, dataSize, privileges }: CheckInputs,
  { virtualMemory }: TcuChoice,
): readonly Check[] => {
  if (virtualMemory !== true) return []
  const bits = pageOrder + 2
  const end = dataAddress
    .truncate(pageOrder)
    .extend(bits)
    .addWrap(dataSize.truncate(pageOrder + 1).extend(bits))
  const leaves = dataSize
    .shiftRight(pageOrder + 1)
    .any()
    .or(end.gt(2 ** pageOrder))
  return [[privileges.translates.and(leaves), 'PAGE_BOUNDARY']]
}

/** The check of the page's translation, where the TCU is built for it. Section 5.3. */
const translationFault = (
  { privileges: { translates, found } }: CheckInputs,
  { virtualMemory }: TcuChoice,
  access: 'read' | 'write',
  concerned: Bit = literal(1, 1),
): readonly Check[] =>
  virtualMemory === true
    ? [[translates.and(concerned).and(found.hit.and(found[access]).not()), 'TRANSLATION_FAULT']]
    : []

/** The check for ABORT_CMD, where the TCU is built for it. Section 4.11. */
const aborted = (
  { privileges: { aborts } }: CheckInputs,
  choice: TcuChoice,
  concerned: Bit = literal(1, 1),
): readonly Check[] => (builtWith(choice).privileged ? [[aborts.and(concerned), 'ABORT']] : [])

const chunkBits = 13

/** Whether `a > b`, chunk by chunk at once: a long carry would decide how fast the unit can be. */
const exceeds = (a: UInt<65>, b: UInt<65>): Bit => {
  const chunks = Array.from({ length: 65 / chunkBits }, (_, index) => chunkBits * index)
  return chunks.reduce<Bit>(
    (lower, from) => {
      const [left, right] = [a.slice(from, chunkBits), b.slice(from, chunkBits)]
      return left.gt(right).or(left.eq(right).and(lower))
    },
    literal(1, 0),
  )
}

/** Payload and header are larger than `1 << order` bytes. */
const tooLarge = (size: UInt<64>, order: UInt<6>): Bit => {
  const limit = literal(12, 1).shiftLeft(order)
  return size.ge(2 ** largestMessageOrder).or(size.truncate(12).addWrap(messageHeaderBytes).gt(limit))
}

const unaligned = (inputs: CheckInputs): Bit => inputs.dataAddress.truncate(4).any()

/** Section 4.2, checks 1 to 8. */
export const transferError = (inputs: CheckInputs, choice: TcuChoice, access: 'read' | 'write'): UInt<5> => {
  const { endpoints } = builtWith(choice)
  const ep = asMemory(inputs.words)
  const anyBytes = inputs.dataSize.any()
  return firstError([
    [exists(inputs.ep, endpoints).and(isType(inputs.words, 'memory')).not(), 'NO_MEP'],
    ...foreign(inputs, choice, ep.act),
    [ep.permissions.and(memoryPermissions[access]).any().not(), 'NO_PERM'],
    [exceeds(inputs.end, ep.size.extend(65)), 'OUT_OF_BOUNDS'],
    ...pageEnd(inputs, choice),
    ...aborted(inputs, choice, anyBytes),
    ...translationFault(inputs, choice, access === 'read' ? 'write' : 'read', anyBytes),
    [inputs.local.window, 'NO_PERM'],
    [inputs.local.outside, 'TIMEOUT_MEM'],
  ])
}

/** Section 4.3, checks 1 to 12. */
export const sendError = (inputs: CheckInputs, choice: TcuChoice): UInt<5> => {
  const { endpoints } = builtWith(choice)
  const ep = asSend(inputs.words)
  const replyEp = inputs.arg0.truncate(16)
  const wantsReply = replyEp.ne(noEndpoint)
  return firstError([
    ...aborted(inputs, choice),
    [exists(inputs.ep, endpoints).and(isType(inputs.words, 'send')).not(), 'NO_SEP'],
    [ep.reply, 'SEND_REPLY_EP'],
    ...foreign(inputs, choice, ep.act),
    [ep.messageOrder.gt(largestMessageOrder), 'SEND_INV_MSG_SZ'],
    [tooLarge(inputs.dataSize, ep.messageOrder), 'OUT_OF_BOUNDS'],
    [unaligned(inputs), 'MSG_UNALIGNED'],
    ...pageEnd(inputs, choice),
    ...translationFault(inputs, choice, 'read'),
    [inputs.local.window, 'NO_PERM'],
    [wantsReply.and(exists(replyEp, endpoints).and(isType(inputs.others, 'receive')).not()), 'NO_REP'],
    ...foreign(inputs, choice, asReceive(inputs.others).act, wantsReply),
    [ep.credits.any().not(), 'NO_CREDITS'],
    [inputs.local.outside, 'TIMEOUT_MEM'],
  ])
}

/** Slot of the message at byte offset `arg0`, in full width (DEV-4). */
export const slotOf = (inputs: CheckInputs): UInt<32> => inputs.arg0.shiftRight(asReceive(inputs.words).slotOrder)

/** Section 4.4, checks 1 to 15. */
export const replyError = (inputs: CheckInputs, choice: TcuChoice): UInt<5> => {
  const { endpoints } = builtWith(choice)
  const receive = asReceive(inputs.words)
  const replies = replyRange(receive, endpoints)
  const ep = asSend(inputs.others)
  return firstError([
    ...aborted(inputs, choice),
    [exists(inputs.ep, endpoints).and(isType(inputs.words, 'receive')).not(), 'NO_REP'],
    [replies.enabled.not(), 'REPLIES_DISABLED'],
    [replies.exists.not(), 'RECV_INV_RPL_EPS'],
    ...foreign(inputs, choice, receive.act),
    [slotOf(inputs).ge(receive.slots.extend(32)), 'INV_MSG_OFF'],
    [isType(inputs.others, 'send').not(), 'NO_SEP'],
    [ep.reply.not(), 'SEND_REPLY_EP'],
    [ep.creditEp.ne(noEndpoint).and(exists(ep.creditEp, endpoints).not()), 'SEND_INV_CRD_EP'],
    [ep.messageOrder.gt(largestMessageOrder), 'SEND_INV_MSG_SZ'],
    [tooLarge(inputs.dataSize, ep.messageOrder), 'OUT_OF_BOUNDS'],
    [unaligned(inputs), 'MSG_UNALIGNED'],
    ...pageEnd(inputs, choice),
    ...translationFault(inputs, choice, 'read'),
    [inputs.local.window, 'NO_PERM'],
    [inputs.local.outside, 'TIMEOUT_MEM'],
  ])
}

/** Section 4.5. */
export const fetchError = (inputs: CheckInputs, choice: TcuChoice): UInt<5> =>
  firstError([
    [exists(inputs.ep, builtWith(choice).endpoints).and(isType(inputs.words, 'receive')).not(), 'NO_REP'],
    ...foreign(inputs, choice, asReceive(inputs.words).act),
  ])

/** Section 4.6. */
export const acknowledgeError = (inputs: CheckInputs, choice: TcuChoice): UInt<5> => {
  const { endpoints } = builtWith(choice)
  const receive = asReceive(inputs.words)
  const replies = replyRange(receive, endpoints)
  return firstError([
    [exists(inputs.ep, endpoints).and(isType(inputs.words, 'receive')).not(), 'NO_REP'],
    [replies.enabled.and(replies.exists.not()), 'RECV_INV_RPL_EPS'],
    ...foreign(inputs, choice, receive.act),
    [slotOf(inputs).ge(receive.slots.extend(32)), 'INV_MSG_OFF'],
  ])
}
