/** Reception of a message in two register steps: checks and slot, then masks, reply endpoint and credit. TCU 7.6. */
import {
  endpointTypes,
  errorCodes,
  messageHeader01,
  messageHeaderBytes,
  noEndpoint,
  opcodes,
  sendWord0,
  sendWord1,
  unlimitedCredits,
  lineBytes,
} from '#layout'
import { countUnread, isForeign } from './activities.ts'
import { fieldMask, numberReader, wideReader } from './bits.ts'
import { replyEpsFit } from './checks.ts'
import { foreignMessage } from './core-requests.ts'
import {
  creditsOf,
  epAct,
  epType,
  epWord,
  findSlot,
  isReplyEp,
  maxCreditsOf,
  occupiedOf,
  replyEpsOf,
  slotOrderOf,
  slotsOf,
  withCredits,
  withWritePosition,
  writePositionOf,
} from './endpoints.ts'
import type { Incoming } from './incoming.ts'
import { header01, messageAcknowledgement } from './message.ts'
import { endPacket, mayBeOver } from './reception-timeout.ts'
import { settle } from './tcu-answers.ts'
import { stampAt } from './tcu-state.ts'
import type { Reception, TcuState } from './tcu-state.ts'

const lengthOf = numberReader(messageHeader01, 'length')
const isReplyOf = numberReader(messageHeader01, 'isReply')
const replyOrderOf = numberReader(messageHeader01, 'replyOrder')
const senderEpOf = numberReader(messageHeader01, 'senderEp')
const replyEpOf = numberReader(messageHeader01, 'replyEp')
const replyLabelOf = wideReader(messageHeader01, 'replyLabel')
const tileOf = numberReader(messageHeader01, 'tile')
const chipOf = numberReader(messageHeader01, 'chip')

/** Receive endpoint that a message names. */
export const messageEp = (packet: Incoming): number => packet.address & 0xffff

/** The message at the front whose header has arrived and whose checks are due. */
export const messageToBegin = (tcu: TcuState): Incoming | undefined => {
  const packet = tcu.requests.front
  const due = packet?.kind === 'message' && packet.begun < 0 && (packet.arrived >= lineBytes || packet.complete)
  return due ? packet : undefined
}

/** Checks 1 to 4, and at once whether the slot lies in local memory. Finds the slot; the result is the error code. */
export const messageBegun = (tcu: TcuState, packet: Incoming, cycle: number): number => {
  tcu.drops.prove()
  const ep = messageEp(packet)
  const header = header01(packet)
  packet.begun = checkMessage(tcu, packet, ep, header)
  if (packet.begun !== errorCodes.NONE) {
    packet.stamp = stampAt(tcu, cycle)
    settle(tcu)
    return packet.begun
  }
  const word0 = epWord(tcu, ep, 0)
  const slot = freeSlotOf(tcu, ep)
  packet.to = slotAddress(tcu, ep, slot)
  packet.bytes = messageHeaderBytes + lengthOf(header)
  tcu.reception = { ep, slot, act: epAct(word0), replyEps: replyEpsOf(word0) }
  return errorCodes.NONE
}

const freeSlotOf = (tcu: TcuState, ep: number): number => {
  const word0 = epWord(tcu, ep, 0)
  return findSlot(~occupiedOf(epWord(tcu, ep, 2)), slotsOf(word0), writePositionOf(word0))
}

/** Low 32 bits of the buffer address, plus the slot's offset, without wrap-around. TCU section 3.4. */
const slotAddress = (tcu: TcuState, ep: number, slot: number): number =>
  Number(BigInt.asUintN(32, epWord(tcu, ep, 1))) + slot * 2 ** slotOrderOf(epWord(tcu, ep, 0))

const checkMessage = (tcu: TcuState, packet: Incoming, ep: number, header: bigint): number => {
  const length = lengthOf(header)
  if (packet.lines !== 2 + Math.ceil(length / lineBytes)) return errorCodes.CRITICAL
  if (epType(tcu, ep) !== endpointTypes.receive) return errorCodes.RECV_GONE
  const word0 = epWord(tcu, ep, 0)
  if (length + messageHeaderBytes > 2 ** slotOrderOf(word0)) return errorCodes.RECV_OUT_OF_BOUNDS
  if (replyEpsOf(word0) !== noEndpoint && !replyEpsFit(tcu, word0)) return errorCodes.RECV_INV_RPL_EPS
  const slot = freeSlotOf(tcu, ep)
  if (slot < 0) return errorCodes.RECV_NO_SPACE
  const inside = tcu.memory.holds(slotAddress(tcu, ep, slot), messageHeaderBytes + length)
  return inside ? errorCodes.NONE : errorCodes.TIMEOUT_MEM
}

/** Error with which the reception ends; below 0 while bytes are missing or not stored. */
export const messageEndError = (tcu: TcuState): number => {
  const packet = tcu.requests.front
  if (tcu.reception === undefined || packet === undefined || !packet.complete) return -1
  if (packet.flits !== packet.lines + 1) return errorCodes.CRITICAL
  if (packet.aborted) return errorCodes.ABORT
  // reconfigured while the message came (A7): what is no receive endpoint any more is left alone, as in DEV-16
  if (epType(tcu, tcu.reception.ep) !== endpointTypes.receive)
    return packet.stored === packet.bytes ? errorCodes.RECV_GONE : -1
  return packet.stored === packet.bytes && !waitsForCore(tcu, tcu.reception) ? errorCodes.NONE : -1
}

/** A message for another activity waits for a place among the requests to the core. TCU section 5.5. */
const waitsForCore = (tcu: TcuState, { act }: Reception): boolean => isForeign(tcu, act) && tcu.coreRequests.full

/** Whether the reception may end with TIMEOUT_NOC: its next flit did not come in time. TCU section 7.9. */
export const messageMayBeOver = (tcu: TcuState, cycle: number): boolean => {
  const packet = tcu.requests.front
  return tcu.reception !== undefined && packet !== undefined && mayBeOver(tcu, packet, cycle)
}

/** Ends the reception: all its effects in one step, then the acknowledgement is due. TCU section 7.6, effects 2 to 6. */
export const messageEnded = (tcu: TcuState, error: number, cycle: number): void => {
  const packet = tcu.requests.shift() as Incoming
  const reception = tcu.reception
  tcu.reception = undefined
  if (error === errorCodes.TIMEOUT_NOC) endPacket(tcu, 0, packet)
  if (error === errorCodes.NONE && reception !== undefined) {
    const { ep, slot, act, replyEps } = reception
    const header = header01(packet)
    tcu.eps[3 * ep] = withWritePosition(epWord(tcu, ep, 0), slot + 1)
    tcu.eps[3 * ep + 2] = epWord(tcu, ep, 2) | (1n << BigInt(slot)) | (1n << BigInt(slot + 32))
    const isReply = isReplyOf(header) === 1
    if (!isReply && replyEps !== noEndpoint && replyEpOf(header) !== noEndpoint)
      createReplyEp(tcu, replyEps + slot, act, header)
    if (isReply && replyEpOf(header) !== noEndpoint) returnCredit(tcu, replyEpOf(header))
    if (isForeign(tcu, act)) tcu.coreRequests.push(foreignMessage(act, ep))
    else countUnread(tcu)
  }
  tcu.acknowledgements.push(messageAcknowledgement(tcu.id, packet, error, stampAt(tcu, cycle)))
  settle(tcu)
}

const sendAt = (name: keyof typeof sendWord0.lsb): bigint => BigInt(sendWord0.lsb[name])
const word1At = (name: keyof typeof sendWord1.lsb): bigint => BigInt(sendWord1.lsb[name])
const reserved0 = fieldMask(sendWord0, 'reserved')
const reserved1 = fieldMask(sendWord1, 'reserved')

/** Effect 3: the fields listed are overwritten, reserved bits keep their value; the label has 64 bits (DEV-5). */
const createReplyEp = (tcu: TcuState, ep: number, act: number, header: bigint): void => {
  tcu.eps[3 * ep] =
    (epWord(tcu, ep, 0) & reserved0) |
    (BigInt(endpointTypes.send) << sendAt('type')) |
    (BigInt(act) << sendAt('act')) |
    (1n << sendAt('credits')) |
    (1n << sendAt('maxCredits')) |
    (BigInt(replyOrderOf(header)) << sendAt('messageOrder')) |
    (BigInt(senderEpOf(header)) << sendAt('creditEp')) |
    (1n << sendAt('reply'))
  tcu.eps[3 * ep + 1] =
    (epWord(tcu, ep, 1) & reserved1) |
    (BigInt(replyEpOf(header)) << word1At('ep')) |
    (BigInt(tileOf(header)) << word1At('tile')) |
    (BigInt(chipOf(header)) << word1At('chip'))
  tcu.eps[3 * ep + 2] = replyLabelOf(header)
}

/** Effect 4 under the conditions of DEV-7; a credit that comes before its SEND has ended is remembered (R-ORDER-1). */
const returnCredit = (tcu: TcuState, ep: number): void => {
  if (epType(tcu, ep) !== endpointTypes.send) return
  const word0 = epWord(tcu, ep, 0)
  const credits = creditsOf(word0)
  if (isReplyEp(word0) === 1 || credits === unlimitedCredits) return
  if (credits < maxCreditsOf(word0)) {
    tcu.eps[3 * ep] = withCredits(word0, credits + 1)
    return
  }
  const command = tcu.running
  if (credits !== maxCreditsOf(word0) || command === undefined || !command.checked) return
  if (command.op === opcodes.send && command.ep === ep) command.deferredCredit = true
}
