/** A flit comes in: packets are recognised, queued, answered or dropped. TCU sections 6.1 and 7.4 to 7.7. */
import { errorCodes, modes, opcodes, readRequest, writeAcknowledgement } from '#layout'
import { numberReader } from './bits.ts'
import { answerFlit, flitBurst, flitTarget } from './flits.ts'
import { asDropped, isRegister, receiveBody, receiveHead } from './incoming.ts'
import type { Incoming } from './incoming.ts'
import { messageAcknowledgement } from './message.ts'
import { answered } from './tcu-commands.ts'
import type { TcuState } from './tcu-state.ts'
import { Transfer } from './transfer.ts'

const returnAddressOf = numberReader(readRequest, 'returnAddress')
const errorOf = (data0: bigint): number => Number(data0 & 31n)
const ackIsWrite = numberReader(writeAcknowledgement, 'isWrite')
const ackError = numberReader(writeAcknowledgement, 'error')
const ackBytes = numberReader(writeAcknowledgement, 'bytes')

/** Delivers one flit of message class `cls` to a TCU. */
export const deliverFlit = (tcu: TcuState, cls: 0 | 1, flit: bigint, cycle: number): void => {
  tcu.flits.deliver(cycle)
  const arriving = tcu.arriving[cls]
  if (arriving === undefined) deliverHead(tcu, cls, flit, cycle)
  else deliverBody(tcu, arriving, flit, cycle)
  if (!flitBurst(flit)) tcu.arriving[cls] = undefined
  if (cls === 0) settle(tcu)
}

const deliverHead = (tcu: TcuState, cls: 0 | 1, flit: bigint, cycle: number): void => {
  const read = receiveHead(flit, cls, tcu.hasCommands)
  const mine = flitTarget(flit) === tcu.id
  const packet = !mine || (cls === 1 && !takeAnswer(tcu, read, cycle)) ? asDropped(read) : read
  tcu.arriving[cls] = packet
  if (packet.kind === 'dropped') {
    tcu.drops.packet()
    tcu.drops.flit()
  }
  if (cls === 0) tcu.requests.push(packet)
}

const deliverBody = (tcu: TcuState, packet: Incoming, flit: bigint, cycle: number): void => {
  if (packet.kind === 'dropped') tcu.drops.flit()
  const before = packet.arrived
  receiveBody(packet, flit)
  const command = tcu.running
  if (packet.kind !== 'readData' || command === undefined || tcu.readData.length === 0) return
  command.received += packet.arrived - before
  answered(command, cycle)
  if (packet.aborted && command.answer < 0) command.answer = errorCodes.ABORT
}

/** Handles the head of an answer; false when it is dropped with an error count. */
const takeAnswer = (tcu: TcuState, packet: Incoming, cycle: number): boolean => {
  const command = tcu.running
  switch (packet.kind) {
    case 'acknowledgement':
      takeAcknowledgement(tcu, packet, cycle)
      return true
    case 'error':
      if (!command?.waiting || packet.source !== command.target) return false
      command.answer = errorOf(packet.data0)
      answered(command, cycle)
      return true
    case 'readData': {
      if (!command?.waiting || packet.source !== command.target) return false
      // DEV-2: only inside the range that the READ names
      const { address, bytes } = packet
      if (address < command.local || address + bytes > command.local + command.bytes) return false
      if (command.aborted) packet.kept = 0
      tcu.readData.push(packet)
      command.received += packet.arrived
      answered(command, cycle)
      return true
    }
    default:
      return false
  }
}

/** Acknowledgements that nobody waits for are ignored silently. TCU sections 7.5 and 7.7. */
const takeAcknowledgement = (tcu: TcuState, packet: Incoming, cycle: number): void => {
  const command = tcu.running
  if (!command?.checked || packet.source !== command.target) return
  const isWrite = ackIsWrite(packet.data0) === 1
  if (command.op === opcodes.write) {
    const offset = (packet.address - command.remote + 0x1_0000_0000) % 0x1_0000_0000
    if (!isWrite || offset >= command.bytes || isRegister(command.remote)) return
    command.answers++
    command.acknowledged += ackBytes(packet.data0)
    if (command.answer < 0 && ackError(packet.data0) !== errorCodes.NONE) command.answer = ackError(packet.data0)
  } else if (command.op === opcodes.send || command.op === opcodes.reply) {
    if (isWrite || (packet.address & 0xffff) !== command.label || command.answer >= 0) return
    command.answer = errorOf(packet.data0)
  } else {
    return
  }
  answered(command, cycle)
}

/** Takes finished requests from the front, queues reads, and makes the acknowledgements that are due. */
export const settle = (tcu: TcuState): void => {
  for (;;) {
    const packet = tcu.requests.front
    if (packet === undefined || !settled(tcu, packet)) return
    tcu.requests.shift()
  }
}

const settled = (tcu: TcuState, packet: Incoming): boolean => {
  switch (packet.kind) {
    case 'dropped':
      if (packet.complete) tcu.drops.passed(packet.flits)
      return packet.complete
    case 'memoryRead':
      queueRead(tcu, packet)
      return true
    case 'memoryWrite': {
      if (!packet.complete) return false
      if (!isStorable(tcu, packet)) acknowledgeWrite(tcu, packet, 0, errorCodes.TIMEOUT_MEM)
      else if (packet.stored < packet.arrived) return false
      else acknowledgeWrite(tcu, packet, packet.stored, packet.aborted ? errorCodes.ABORT : errorCodes.NONE)
      return true
    }
    case 'message':
      if (!packet.complete || packet.begun <= errorCodes.NONE) return false
      tcu.acknowledgements.push(messageAcknowledgement(tcu.id, packet, packet.begun, packet.stamp))
      return true
    default:
      return false
  }
}

/** Whether a write lies inside local memory; otherwise nothing of it is stored. NoC section 7.2. */
export const isStorable = (tcu: TcuState, packet: Incoming): boolean => tcu.memory.holds(packet.address, packet.bytes)

const queueRead = (tcu: TcuState, packet: Incoming): void => {
  const to = returnAddressOf(packet.data0)
  if (!tcu.memory.holds(packet.address, packet.bytes)) {
    const flit = answerFlit(tcu.id, packet.source, modes.ERROR, to, BigInt(errorCodes.TIMEOUT_MEM))
    tcu.responses.push({ kind: 'flit', flit })
    return
  }
  const transfer = new Transfer({
    mode: modes.READ_RSP,
    own: tcu.id,
    target: packet.source,
    source: packet.address,
    bytes: packet.bytes,
    to,
  })
  tcu.responses.push({ kind: 'data', transfer })
  tcu.unloaded.push(transfer)
}

const acknowledgeWrite = (tcu: TcuState, packet: Incoming, bytes: number, error: number): void => {
  const data0 =
    (BigInt(error) << BigInt(writeAcknowledgement.lsb.error)) |
    (1n << BigInt(writeAcknowledgement.lsb.isWrite)) |
    BigInt(bytes)
  tcu.acknowledgements.push(answerFlit(tcu.id, packet.source, modes.TCU_ACK, packet.address, data0))
}

/** Answers a register read with the value it had at its turn. TCU section 6.1. */
export const answerRegisterRead = (tcu: TcuState, packet: Incoming, value: bigint): void => {
  const flit = answerFlit(tcu.id, packet.source, modes.READ_RSP, returnAddressOf(packet.data0), value)
  tcu.responses.push({ kind: 'flit', flit })
}
