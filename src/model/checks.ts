/** The ordered checks of the unprivileged commands. TCU sections 4.2 to 4.6 and 8.2: the first that fails wins. */
import {
  endpointTypes,
  errorCodes,
  largestMessageOrder,
  lineBytes,
  memoryPermissions,
  messageHeaderBytes,
  noEndpoint,
  opcodes,
  translationFlags,
} from '#layout'
import { isForeign } from './activities.ts'
import {
  creditEpOf,
  creditsOf,
  epAct,
  epType,
  epWord,
  isReplyEp,
  messageOrderOf,
  permissionsOf,
  replyEpsOf,
  slotOrderOf,
  slotsOf,
} from './endpoints.ts'
import { checkMemory, checkPage, locate } from './local-buffer.ts'
import type { Command, TcuState } from './tcu-state.ts'

const errors = errorCodes

/** Result of all checks of a command. */
export const checkCommand = (tcu: TcuState, command: Command): number => {
  switch (command.op) {
    case opcodes.send:
      return checkSend(tcu, command)
    case opcodes.reply:
      return checkReply(tcu, command)
    case opcodes.read:
      return checkTransfer(tcu, command, memoryPermissions.read, translationFlags.write)
    case opcodes.write:
      return checkTransfer(tcu, command, memoryPermissions.write, translationFlags.read)
    case opcodes.fetch:
      return checkFetch(tcu, command)
    case opcodes.acknowledge:
      return checkAcknowledge(tcu, command)
    default:
      return errors.UNKNOWN_CMD
  }
}

/** Whether an endpoint belongs to another activity; never without context switching. TCU section 4.1. */
const foreign = (tcu: TcuState, word0: bigint): boolean => isForeign(tcu, epAct(word0))

/** TCU section 4.2; `permission` is that of the endpoint, `local` that of the page. An abort is seen after check 6. */
const checkTransfer = (tcu: TcuState, command: Command, permission: number, local: number): number => {
  if (epType(tcu, command.ep) !== endpointTypes.memory) return errors.NO_MEP
  const word0 = epWord(tcu, command.ep, 0)
  if (foreign(tcu, word0)) return errors.FOREIGN_EP
  if ((permissionsOf(word0) & permission) === 0) return errors.NO_PERM
  if (command.arg1 + command.dataSize > epWord(tcu, command.ep, 2)) return errors.OUT_OF_BOUNDS
  const page = checkPage(tcu, command)
  if (page !== errors.NONE || command.dataSize === 0n) return page
  if (command.aborted) return errors.ABORT
  const located = locate(tcu, command, local)
  return located === errors.NONE ? checkMemory(tcu, command) : located
}

/** Size, alignment, page and place: checks 4 to 8a of SEND and 9 to 13a of REPLY; `word0` is that of the send endpoint. */
const checkMessage = (tcu: TcuState, command: Command, word0: bigint): number => {
  const order = messageOrderOf(word0)
  if (order > largestMessageOrder) return errors.SEND_INV_MSG_SZ
  if (command.dataSize + BigInt(messageHeaderBytes) > 1n << BigInt(order)) return errors.OUT_OF_BOUNDS
  if (command.dataAddress % BigInt(lineBytes) !== 0n) return errors.MSG_UNALIGNED
  const page = checkPage(tcu, command)
  return page === errors.NONE ? locate(tcu, command, translationFlags.read) : page
}

/** TCU section 4.3; an abort wins over all checks (section 8.2). */
const checkSend = (tcu: TcuState, command: Command): number => {
  if (command.aborted) return errors.ABORT
  if (epType(tcu, command.ep) !== endpointTypes.send) return errors.NO_SEP
  const word0 = epWord(tcu, command.ep, 0)
  if (isReplyEp(word0) === 1) return errors.SEND_REPLY_EP
  if (foreign(tcu, word0)) return errors.FOREIGN_EP
  const message = checkMessage(tcu, command, word0)
  if (message !== errors.NONE) return message
  const replyEp = replyEpOf(command)
  if (replyEp !== noEndpoint) {
    if (epType(tcu, replyEp) !== endpointTypes.receive) return errors.NO_REP
    if (foreign(tcu, epWord(tcu, replyEp, 0))) return errors.FOREIGN_EP
  }
  return creditsOf(word0) === 0 ? errors.NO_CREDITS : checkMemory(tcu, command)
}

/** Receive endpoint that SEND names for the reply. TCU section 4.1. */
export const replyEpOf = (command: Command): number => command.arg0 & 0xffff

/** Slot that an offset names, full width (DEV-4). */
export const slotAt = (offset: number, word0: bigint): number => {
  const order = slotOrderOf(word0)
  return order >= 32 ? 0 : offset >>> order
}

/** Whether the reply endpoints of a receive endpoint exist. TCU section 3.4. */
export const replyEpsFit = (tcu: TcuState, word0: bigint): boolean =>
  replyEpsOf(word0) + slotsOf(word0) <= tcu.choice.endpoints

/** TCU section 4.4; an abort wins over all checks. */
const checkReply = (tcu: TcuState, command: Command): number => {
  if (command.aborted) return errors.ABORT
  if (epType(tcu, command.ep) !== endpointTypes.receive) return errors.NO_REP
  const word0 = epWord(tcu, command.ep, 0)
  if (replyEpsOf(word0) === noEndpoint) return errors.REPLIES_DISABLED
  if (!replyEpsFit(tcu, word0)) return errors.RECV_INV_RPL_EPS
  if (foreign(tcu, word0)) return errors.FOREIGN_EP
  const slot = slotAt(command.arg0, word0)
  if (slot >= slotsOf(word0)) return errors.INV_MSG_OFF
  const replyEp = replyEpsOf(word0) + slot
  if (epType(tcu, replyEp) !== endpointTypes.send) return errors.NO_SEP
  const reply0 = epWord(tcu, replyEp, 0)
  if (isReplyEp(reply0) === 0) return errors.SEND_REPLY_EP
  const creditEp = creditEpOf(reply0)
  if (creditEp !== noEndpoint && creditEp >= tcu.choice.endpoints) return errors.SEND_INV_CRD_EP
  const message = checkMessage(tcu, command, reply0)
  return message === errors.NONE ? checkMemory(tcu, command) : message
}

/** TCU section 4.5. */
const checkFetch = (tcu: TcuState, command: Command): number => {
  if (epType(tcu, command.ep) !== endpointTypes.receive) return errors.NO_REP
  return foreign(tcu, epWord(tcu, command.ep, 0)) ? errors.FOREIGN_EP : errors.NONE
}

/** TCU section 4.6. */
const checkAcknowledge = (tcu: TcuState, command: Command): number => {
  if (epType(tcu, command.ep) !== endpointTypes.receive) return errors.NO_REP
  const word0 = epWord(tcu, command.ep, 0)
  if (replyEpsOf(word0) !== noEndpoint && !replyEpsFit(tcu, word0)) return errors.RECV_INV_RPL_EPS
  if (foreign(tcu, word0)) return errors.FOREIGN_EP
  return slotAt(command.arg0, word0) < slotsOf(word0) ? errors.NONE : errors.INV_MSG_OFF
}
