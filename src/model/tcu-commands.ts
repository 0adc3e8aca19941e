/**
 * The two register steps of an unprivileged command: `commandChecked` makes all checks, takes effect or prepares the
 * packets; `commandFinished` ends a command that has sent packets. TCU sections 4.2 to 4.6.
 */
import {
  command as commandShape,
  endpointTypes,
  errorCodes,
  errorName,
  messageHeader01,
  messageHeader23,
  modes,
  noEndpoint,
  opcodes,
  readRequest,
  smallestMessageOrder,
  unlimitedCredits,
} from '#layout'
import { ones } from './bits.ts'
import { abortedEnd, endsAsAborted, mayEndAborted } from './abort.ts'
import { discountUnread, nothingUnread } from './activities.ts'
import { checkCommand, replyEpOf, slotAt } from './checks.ts'
import {
  creditEpOf,
  creditsOf,
  epType,
  epWord,
  findSlot,
  freeSlot,
  invalidate,
  memoryTargetOf,
  readPositionOf,
  replyEpsOf,
  sendTargetOf,
  slotOrderOf,
  slotsOf,
  targetEpOf,
  unreadOf,
  withCredits,
  withReadPosition,
} from './endpoints.ts'
import { makeHead } from './flits.ts'
import { isRegister } from './incoming.ts'
import type { Incoming } from './incoming.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { stampAt } from './tcu-state.ts'
import type { Command, TcuState } from './tcu-state.ts'
import { messageRoute, Transfer } from './transfer.ts'

/** Whether `commandChecked` may come now. */
export const mayCheck = (tcu: TcuState): boolean => tcu.running !== undefined && !tcu.running.checked

/** Makes all checks in one atomic step; the result is the error code. Takes effect as commit.ts says. */
export const commandChecked = (tcu: TcuState, cycle: number): number => {
  const command = tcu.running as Command
  const error = checkCommand(tcu, command)
  if (error !== errorCodes.NONE) {
    complete(tcu, error)
    return error
  }
  command.checked = true
  command.progress = cycle
  command.earlierProgress = cycle
  switch (command.op) {
    case opcodes.send:
      beginSend(tcu, command, cycle)
      break
    case opcodes.reply:
      beginReply(tcu, command, cycle)
      break
    case opcodes.read:
    case opcodes.write:
      if (command.dataSize === 0n) complete(tcu, errorCodes.NONE)
      else beginTransfer(tcu, command)
      break
    case opcodes.fetch:
      fetch(tcu, command)
      complete(tcu, errorCodes.NONE)
      break
    default:
      acknowledge(tcu, command)
      complete(tcu, errorCodes.NONE)
  }
  return error
}

const errorAt = BigInt(commandShape.lsb.error)

/** COMMAND := error << 20, whatever was written to it meanwhile. TCU section 2.5. */
const complete = (tcu: TcuState, error: number): void => {
  tcu.running = undefined
  tcu.command = BigInt(error) << errorAt
}

const at = (shape: { readonly lsb: Readonly<Record<string, number>> }, name: string): bigint =>
  BigInt(shape.lsb[name] as number)
const headerAt = {
  replyLabel: at(messageHeader01, 'replyLabel'),
  replyEp: at(messageHeader01, 'replyEp'),
  senderEp: at(messageHeader01, 'senderEp'),
  length: at(messageHeader01, 'length'),
  chip: at(messageHeader01, 'chip'),
  tile: at(messageHeader01, 'tile'),
  replyOrder: at(messageHeader01, 'replyOrder'),
  isReply: at(messageHeader01, 'isReply'),
  label: at(messageHeader23, 'label'),
}

interface Header {
  readonly isReply: 0 | 1
  readonly replyOrder: number
  readonly length: number
  readonly senderEp: number
  readonly replyEp: number
  readonly replyLabel: bigint
  readonly label: bigint
}

/** The two header lines of a message. TCU section 4.8. */
const headerLines = (own: number, header: Header): readonly [bigint, bigint] => [
  (header.replyLabel << headerAt.replyLabel) |
    (BigInt(header.replyEp) << headerAt.replyEp) |
    (BigInt(header.senderEp) << headerAt.senderEp) |
    (BigInt(header.length) << headerAt.length) |
    (BigInt(own >> 8) << headerAt.chip) |
    (BigInt(own & 0xff) << headerAt.tile) |
    (BigInt(header.replyOrder) << headerAt.replyOrder) |
    (BigInt(header.isReply) << headerAt.isReply),
  header.label << headerAt.label,
]

const beginMessage = (tcu: TcuState, command: Command, cycle: number, word1: bigint, header: Header): void => {
  command.target = sendTargetOf(word1)
  command.label = Number(header.label & 0xffffn)
  const lines = headerLines(tcu.id, header)
  const route = messageRoute(
    tcu.id,
    command.target,
    targetEpOf(word1),
    stampAt(tcu, cycle),
    command.local,
    header.length,
    lines,
  )
  command.transfer = new Transfer(route)
}

const beginSend = (tcu: TcuState, command: Command, cycle: number): void => {
  const word0 = epWord(tcu, command.ep, 0)
  const replyEp = replyEpOf(command)
  command.takesCredit = creditsOf(word0) !== unlimitedCredits
  beginMessage(tcu, command, cycle, epWord(tcu, command.ep, 1), {
    isReply: 0,
    replyOrder: replyEp === noEndpoint ? smallestMessageOrder : slotOrderOf(epWord(tcu, replyEp, 0)) & 15,
    length: Number(command.dataSize),
    senderEp: command.takesCredit ? command.ep : noEndpoint,
    replyEp,
    replyLabel: command.arg1,
    label: epWord(tcu, command.ep, 2),
  })
}

/** The slot is free before the first flit of the reply leaves (DEV-20). */
const beginReply = (tcu: TcuState, command: Command, cycle: number): void => {
  const word0 = epWord(tcu, command.ep, 0)
  const slot = slotAt(command.arg0, word0)
  const replyEp = replyEpsOf(word0) + slot
  beginMessage(tcu, command, cycle, epWord(tcu, replyEp, 1), {
    isReply: 1,
    replyOrder: 0,
    length: Number(command.dataSize),
    senderEp: command.ep,
    replyEp: creditEpOf(epWord(tcu, replyEp, 0)),
    replyLabel: 0n,
    label: epWord(tcu, replyEp, 2),
  })
  invalidate(tcu, replyEp)
  if (isUnread(tcu, command.ep, slot)) discountUnread(tcu)
  freeSlot(tcu, command.ep, slot)
}

const isUnread = (tcu: TcuState, ep: number, slot: number): boolean =>
  ((unreadOf(epWord(tcu, ep, 2)) >>> slot) & 1) === 1

const beginTransfer = (tcu: TcuState, command: Command): void => {
  command.target = memoryTargetOf(epWord(tcu, command.ep, 0))
  command.remote = Number(BigInt.asUintN(32, epWord(tcu, command.ep, 1) + command.arg1))
  command.bytes = Number(command.dataSize)
  if (command.op === opcodes.write) {
    command.transfer = new Transfer({
      mode: modes.WRITE_POSTED,
      own: tcu.id,
      target: command.target,
      source: command.local,
      bytes: command.bytes,
      to: command.remote,
    })
    return
  }
  command.request = makeHead({
    burst: false,
    select: 0xff,
    source: tcu.id,
    target: command.target,
    mode: modes.READ_REQ,
    address: command.remote,
    data0:
      (BigInt(command.bytes) << BigInt(readRequest.lsb.size)) |
      (BigInt(command.local) << BigInt(readRequest.lsb.returnAddress)),
  })
}

/** TCU section 4.5; the offset is 32 bits wide, zero extended. */
const fetch = (tcu: TcuState, command: Command): void => {
  const word0 = epWord(tcu, command.ep, 0)
  const word2 = epWord(tcu, command.ep, 2)
  const slot = nothingUnread(tcu) ? -1 : findSlot(unreadOf(word2), slotsOf(word0), readPositionOf(word0))
  if (slot < 0) {
    tcu.arg1 = ones(64)
    return
  }
  tcu.arg1 = BigInt.asUintN(32, BigInt(slot) << BigInt(slotOrderOf(word0)))
  tcu.eps[3 * command.ep + 2] = word2 & ~(1n << BigInt(slot + 32))
  tcu.eps[3 * command.ep] = withReadPosition(word0, slot + 1)
  discountUnread(tcu)
}

/** TCU section 4.6. */
const acknowledge = (tcu: TcuState, command: Command): void => {
  const word0 = epWord(tcu, command.ep, 0)
  const slot = slotAt(command.arg0, word0)
  if (isUnread(tcu, command.ep, slot)) discountUnread(tcu)
  freeSlot(tcu, command.ep, slot)
  if (replyEpsOf(word0) !== noEndpoint) invalidate(tcu, replyEpsOf(word0) + slot)
}

/** Error code with which the running command may end by what it has received; below 0 while it has to wait. */
export const finishError = (tcu: TcuState): number => {
  const command = tcu.running
  if (command === undefined || !command.checked) return -1
  if (endsAsAborted(command)) return abortedEnd(command)
  switch (command.op) {
    case opcodes.read:
      if (command.answer >= 0) return command.answer
      return command.received >= command.bytes && command.stored === command.received ? errorCodes.NONE : -1
    case opcodes.write: {
      const transfer = command.transfer as Transfer
      if (command.answer > 0) return transfer.inPacket ? -1 : command.answer
      if (!transfer.done) return -1
      return isRegister(command.remote) || command.acknowledged >= command.bytes ? errorCodes.NONE : -1
    }
    default:
      return (command.transfer as Transfer).done ? command.answer : -1
  }
}

/** Cycles between the delivery of an answer and the latest cycle in which the timeout may still win the race. */
const raceCycles = 4

/** Whether the running command may end with TIMEOUT_NOC: everything is sent, and the send timeout has passed. TCU 7.9. */
export const mayTimeOut = (tcu: TcuState, cycle: number): boolean => {
  const command = tcu.running
  if (command === undefined || !command.checked || tcu.sendTimeoutCycles === 0) return false
  if (command.transfer ? !command.transfer.over : command.request !== undefined) return false
  if (cycle - command.progress >= tcu.sendTimeoutCycles) return true
  return cycle - command.progress <= raceCycles && cycle - command.earlierProgress >= tcu.sendTimeoutCycles
}

/** An answer restarts the send timeout; the hardware may see it some cycles late. */
export const answered = (command: Command, cycle: number): void => {
  command.earlierProgress = command.progress
  command.progress = cycle
}

/** A flit that left restarts the send timeout. */
export const progressed = (command: Command, cycle: number): void => {
  command.earlierProgress = cycle
  command.progress = cycle
}

/** Why `commandFinished` with `error` is not allowed now, if so. */
export const refuseFinish = (tcu: TcuState, error: number, cycle: number): Refusal | undefined => {
  const command = tcu.running
  if (command === undefined || !command.checked)
    return refuse('no end of a command', 'no command has sent packets and waits for its end', 'tcu.md 0.4')
  const due = finishError(tcu)
  if (due === error) return undefined
  if (error === errorCodes.TIMEOUT_NOC && mayTimeOut(tcu, cycle)) return undefined
  if (error === errorCodes.ABORT && endsAsAborted(command) && mayEndAborted(command)) return undefined
  if (due >= 0) return refuse(errorName(due), 'the command ends with what its target answered', 'tcu.md 4.2, 4.3')
  if (error === errorCodes.TIMEOUT_NOC)
    return refuse(
      'a command that goes on waiting',
      `the send timeout of ${tcu.sendTimeoutCycles} cycles has not passed since cycle ${command.progress}`,
      'tcu.md 7.9',
    )
  return refuse(
    'a command that goes on',
    command.transfer?.done === false || command.request !== undefined
      ? 'its packets have not left completely'
      : 'the answers that it needs have not arrived, or their data is not stored',
    'tcu.md 4.2, 4.3',
  )
}

/** Ends the running command; SEND takes its credit if all went well. TCU section 4.3, DEV-16, NoC R-ORDER-1. */
export const commandFinished = (tcu: TcuState, error: number): void => {
  const command = tcu.running as Command
  if (command.takesCredit && error === errorCodes.NONE && !command.deferredCredit) takeCredit(tcu, command.ep)
  while (tcu.readData.length > 0) (tcu.readData.shift() as Incoming).aborted = true
  complete(tcu, error)
}

/** Takes a credit from what is still a send endpoint with limited credits; none are below 0. */
const takeCredit = (tcu: TcuState, ep: number): void => {
  if (epType(tcu, ep) !== endpointTypes.send) return
  const word0 = epWord(tcu, ep, 0)
  const credits = creditsOf(word0)
  if (credits !== 0 && credits !== unlimitedCredits) tcu.eps[3 * ep] = withCredits(word0, credits - 1)
}
