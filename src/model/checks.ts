/** The ordered checks of the unprivileged commands. TCU sections 4.2 to 4.6 and 8.2: the first that fails wins. */
import {
  endpointCount,
  endpointTypes,
  errorCodes,
  largestMessageOrder,
  lineBytes,
  memoryPermissions,
  messageHeaderBytes,
  noActivity,
  noEndpoint,
  opcodes,
  registerWindow,
} from '#layout'
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
      return checkTransfer(tcu, command, memoryPermissions.read)
    case opcodes.write:
      return checkTransfer(tcu, command, memoryPermissions.write)
    case opcodes.fetch:
      return checkFetch(tcu, command)
    case opcodes.acknowledge:
      return checkAcknowledge(tcu, command)
    default:
      return errors.UNKNOWN_CMD
  }
}

/** Whether an endpoint belongs to another activity; never without context switching. TCU section 4.1. */
const foreign = (tcu: TcuState, word0: bigint): boolean => tcu.contextSwitch && epAct(word0) !== noActivity

/** The local buffer: low 32 bits of DATA_ADDR. TCU section 4.1. */
export const localAddress = (command: Command): number => Number(BigInt.asUintN(32, command.dataAddress))

/** NO_PERM when the buffer touches the register window (DEV-2); a range that wraps touches it on its way. */
const touchesWindow = (command: Command): boolean =>
  command.dataSize !== 0n && BigInt.asUintN(32, command.dataAddress) + command.dataSize > BigInt(registerWindow)

/** TIMEOUT_MEM at once when the buffer is not inside local memory; empty transfers need none. */
const outsideMemory = (tcu: TcuState, command: Command): boolean =>
  command.dataSize !== 0n && !tcu.memory.holds(localAddress(command), Number(command.dataSize))

/** TCU section 4.2. */
const checkTransfer = (tcu: TcuState, command: Command, permission: number): number => {
  if (epType(tcu, command.ep) !== endpointTypes.memory) return errors.NO_MEP
  const word0 = epWord(tcu, command.ep, 0)
  if (foreign(tcu, word0)) return errors.FOREIGN_EP
  if ((permissionsOf(word0) & permission) === 0) return errors.NO_PERM
  if (command.arg1 + command.dataSize > epWord(tcu, command.ep, 2)) return errors.OUT_OF_BOUNDS
  if (command.dataSize === 0n) return errors.NONE
  if (touchesWindow(command)) return errors.NO_PERM
  return outsideMemory(tcu, command) ? errors.TIMEOUT_MEM : errors.NONE
}

/** Size, alignment: checks 4 to 6 of SEND and 9 to 11 of REPLY; `word0` is that of the send endpoint. */
const checkMessage = (command: Command, word0: bigint): number => {
  const order = messageOrderOf(word0)
  if (order > largestMessageOrder) return errors.SEND_INV_MSG_SZ
  if (command.dataSize + BigInt(messageHeaderBytes) > 1n << BigInt(order)) return errors.OUT_OF_BOUNDS
  return localAddress(command) % lineBytes === 0 ? errors.NONE : errors.MSG_UNALIGNED
}

/** TCU section 4.3. */
const checkSend = (tcu: TcuState, command: Command): number => {
  if (epType(tcu, command.ep) !== endpointTypes.send) return errors.NO_SEP
  const word0 = epWord(tcu, command.ep, 0)
  if (isReplyEp(word0) === 1) return errors.SEND_REPLY_EP
  if (foreign(tcu, word0)) return errors.FOREIGN_EP
  const message = checkMessage(command, word0)
  if (message !== errors.NONE) return message
  if (touchesWindow(command)) return errors.NO_PERM
  const replyEp = replyEpOf(command)
  if (replyEp !== noEndpoint) {
    if (epType(tcu, replyEp) !== endpointTypes.receive) return errors.NO_REP
    if (foreign(tcu, epWord(tcu, replyEp, 0))) return errors.FOREIGN_EP
  }
  if (creditsOf(word0) === 0) return errors.NO_CREDITS
  return outsideMemory(tcu, command) ? errors.TIMEOUT_MEM : errors.NONE
}

/** Receive endpoint that SEND names for the reply. TCU section 4.1. */
export const replyEpOf = (command: Command): number => command.arg0 & 0xffff

/** Slot that an offset names, full width (DEV-4). */
export const slotAt = (offset: number, word0: bigint): number => {
  const order = slotOrderOf(word0)
  return order >= 32 ? 0 : offset >>> order
}

/** Whether the reply endpoints of a receive endpoint exist. TCU section 3.4. */
export const replyEpsFit = (word0: bigint): boolean => replyEpsOf(word0) + slotsOf(word0) <= endpointCount

/** TCU section 4.4. */
const checkReply = (tcu: TcuState, command: Command): number => {
  if (epType(tcu, command.ep) !== endpointTypes.receive) return errors.NO_REP
  const word0 = epWord(tcu, command.ep, 0)
  if (replyEpsOf(word0) === noEndpoint) return errors.REPLIES_DISABLED
  if (!replyEpsFit(word0)) return errors.RECV_INV_RPL_EPS
  if (foreign(tcu, word0)) return errors.FOREIGN_EP
  const slot = slotAt(command.arg0, word0)
  if (slot >= slotsOf(word0)) return errors.INV_MSG_OFF
  const replyEp = replyEpsOf(word0) + slot
  if (epType(tcu, replyEp) !== endpointTypes.send) return errors.NO_SEP
  const reply0 = epWord(tcu, replyEp, 0)
  if (isReplyEp(reply0) === 0) return errors.SEND_REPLY_EP
  const creditEp = creditEpOf(reply0)
  if (creditEp !== noEndpoint && creditEp >= endpointCount) return errors.SEND_INV_CRD_EP
  const message = checkMessage(command, reply0)
  if (message !== errors.NONE) return message
  if (touchesWindow(command)) return errors.NO_PERM
  return outsideMemory(tcu, command) ? errors.TIMEOUT_MEM : errors.NONE
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
  if (replyEpsOf(word0) !== noEndpoint && !replyEpsFit(word0)) return errors.RECV_INV_RPL_EPS
  if (foreign(tcu, word0)) return errors.FOREIGN_EP
  return slotAt(command.arg0, word0) < slotsOf(word0) ? errors.NONE : errors.INV_MSG_OFF
}
