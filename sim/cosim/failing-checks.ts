/**
 * Which checks of a command fail, each looked at on its own: a third reading of TCU sections 4.2 to 4.6 beside those of
 * hardware and model, which stop at the first one. Says which pairs of errors a run has put into order.
 */
import {
  decode,
  endpointTypes,
  type ErrorName,
  largestMessageOrder,
  largestSlotsOrder,
  lineBytes,
  memoryPermissions,
  memoryWord0,
  messageHeaderBytes,
  noActivity,
  noEndpoint,
  opcodes,
  receiveWord0,
  registerWindow,
  sendWord0,
  translationFlags,
} from '#layout'
import type { Command, TcuState } from '#model'

/** An error, with what it is about where a command has it twice. */
export type CheckName = ErrorName | 'FOREIGN_EP (reply)' | 'NO_PERM (local)'

const pageBytes = 4096n
const vmBit = 2
const ctxswBit = 4

/** Names of the checks of a command in their order, and whether each fails. */
export const checksOf = (tcu: TcuState, command: Command): readonly (readonly [name: CheckName, fails: boolean])[] => {
  const { choice, features } = tcu
  const vm = choice.virtualMemory && (features & vmBit) !== 0
  const activities = choice.contextSwitching && (features & ctxswBit) !== 0
  const current = activities ? Number(tcu.currentActivity & 0xffffn) : noActivity
  const exists = (ep: number): boolean => ep < choice.endpoints
  const word = (ep: number, index: number): bigint => (exists(ep) ? (tcu.eps[3 * ep + index] ?? 0n) : 0n)
  const isType = (ep: number, type: keyof typeof endpointTypes): boolean =>
    exists(ep) && Number(word(ep, 0) & 7n) === endpointTypes[type]
  const foreign = (ep: number): boolean => activities && Number((word(ep, 0) >> 3n) & 0xffffn) !== current

  const { ep, arg0, dataAddress: address, dataSize: size, arg1 } = command
  const pageCrossed = vm && (address % pageBytes) + size > pageBytes
  const entry = vm ? tcu.tlb.at(tcu.tlb.find(address >> 12n, activities ? current : undefined)) : undefined
  const physical = vm ? (BigInt(entry?.physicalPage ?? 0) << 12n) | (address % pageBytes) : BigInt.asUintN(32, address)
  const base = BigInt(tcu.module.memoryBase)
  const outside = size !== 0n && (physical < base || physical + size > base + BigInt(tcu.module.memoryBytes))
  const located = (permission: number): readonly (readonly [CheckName, boolean])[] => [
    ['TRANSLATION_FAULT', vm && (entry === undefined || (entry.flags & permission) === 0)],
    ['NO_PERM (local)', size !== 0n && physical + size > BigInt(registerWindow)],
  ]
  const { read, write } = translationFlags

  const transfer = (permission: number, page: number): readonly (readonly [CheckName, boolean])[] => [
    ['NO_MEP', !isType(ep, 'memory')],
    ['FOREIGN_EP', foreign(ep)],
    ['NO_PERM', (decode(memoryWord0, word(ep, 0)).permissions & permission) === 0],
    ['OUT_OF_BOUNDS', arg1 + size > word(ep, 2)],
    ['PAGE_BOUNDARY', pageCrossed],
    // an empty transfer ends here
    ...(size === 0n ? [] : [['ABORT', command.aborted] as const, ...located(page), ['TIMEOUT_MEM', outside] as const]),
  ]
  const message = (word0: bigint): readonly (readonly [CheckName, boolean])[] => {
    const { messageOrder } = decode(sendWord0, word0)
    return [
      ['SEND_INV_MSG_SZ', messageOrder > largestMessageOrder],
      ['OUT_OF_BOUNDS', size + BigInt(messageHeaderBytes) > 1n << BigInt(messageOrder)],
      ['MSG_UNALIGNED', address % BigInt(lineBytes) !== 0n],
      ['PAGE_BOUNDARY', pageCrossed],
      ...located(read),
    ]
  }
  const receive = decode(receiveWord0, word(ep, 0))
  const slots = 1 << Math.min(receive.slotsOrder, largestSlotsOrder)
  const disabled = receive.replyEps === noEndpoint
  const beyond = receive.replyEps + slots > choice.endpoints
  const index = receive.slotOrder >= 32 ? 0 : arg0 >>> receive.slotOrder

  switch (command.op) {
    case opcodes.read:
      return transfer(memoryPermissions.read, write)
    case opcodes.write:
      return transfer(memoryPermissions.write, read)
    case opcodes.send: {
      const wanted = arg0 & 0xffff
      const word0 = word(ep, 0)
      const send = decode(sendWord0, word0)
      return [
        ['ABORT', command.aborted],
        ['NO_SEP', !isType(ep, 'send')],
        ['SEND_REPLY_EP', send.reply === 1],
        ['FOREIGN_EP', foreign(ep)],
        ...message(word0),
        ['NO_REP', wanted !== noEndpoint && !isType(wanted, 'receive')],
        ['FOREIGN_EP (reply)', wanted !== noEndpoint && foreign(wanted)],
        ['NO_CREDITS', send.credits === 0],
        ['TIMEOUT_MEM', outside],
      ]
    }
    case opcodes.reply: {
      const replyEp = receive.replyEps + index
      const word0 = word(replyEp, 0)
      const send = decode(sendWord0, word0)
      return [
        ['ABORT', command.aborted],
        ['NO_REP', !isType(ep, 'receive')],
        ['REPLIES_DISABLED', disabled],
        ['RECV_INV_RPL_EPS', beyond],
        ['FOREIGN_EP', foreign(ep)],
        ['INV_MSG_OFF', index >= slots],
        ['NO_SEP', !isType(replyEp, 'send')],
        ['SEND_REPLY_EP', send.reply === 0],
        ['SEND_INV_CRD_EP', send.creditEp !== noEndpoint && !exists(send.creditEp)],
        ...message(word0),
        ['TIMEOUT_MEM', outside],
      ]
    }
    case opcodes.fetch:
      return [
        ['NO_REP', !isType(ep, 'receive')],
        ['FOREIGN_EP', foreign(ep)],
      ]
    case opcodes.acknowledge:
      return [
        ['NO_REP', !isType(ep, 'receive')],
        ['RECV_INV_RPL_EPS', !disabled && beyond],
        ['FOREIGN_EP', foreign(ep)],
        ['INV_MSG_OFF', index >= slots],
      ]
    default:
      return [['UNKNOWN_CMD', true]]
  }
}
