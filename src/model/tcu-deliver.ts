/** A flit comes in: packets are recognised, queued, answered or dropped. TCU sections 6.1 and 7.4 to 7.7. */
import { errorCodes, opcodes, writeAcknowledgement } from '#layout'
import { numberReader } from './bits.ts'
import { flitBurst, flitTarget } from './flits.ts'
import { asDropped, isRegister, receiveBody, receiveHead } from './incoming.ts'
import type { Incoming } from './incoming.ts'
import { endReadData, endUnknown, noteFlit } from './reception-timeout.ts'
import { settle } from './tcu-answers.ts'
import { answered } from './tcu-commands.ts'
import type { TcuState } from './tcu-state.ts'

const errorOf = (data0: bigint): number => Number(data0 & 31n)
const ackIsWrite = numberReader(writeAcknowledgement, 'isWrite')
const ackError = numberReader(writeAcknowledgement, 'error')
const ackBytes = numberReader(writeAcknowledgement, 'bytes')

/** Delivers one flit of message class `cls` to a TCU. */
export const deliverFlit = (tcu: TcuState, cls: 0 | 1, flit: bigint, cycle: number): void => {
  tcu.flits.deliver(cycle)
  const arriving = tcu.arriving[cls]
  if (arriving === undefined) deliverHead(tcu, cls, flit, cycle)
  else if (tcu.choice.receiveTimeoutCycles > 0 && endsLate(tcu, cls, cycle)) deliverLate(tcu, cls, flit)
  else deliverBody(tcu, arriving, flit, cycle)
  if (!flitBurst(flit)) tcu.arriving[cls] = undefined
  if (cls === 0) settle(tcu)
}

const deliverHead = (tcu: TcuState, cls: 0 | 1, flit: bigint, cycle: number): void => {
  const read = receiveHead(flit, cls, tcu.hasCommands)
  const mine = flitTarget(flit) === tcu.id
  const packet = !mine || (cls === 1 && !takeAnswer(tcu, read, cycle)) ? asDropped(read) : read
  tcu.arriving[cls] = packet
  packet.since = cycle
  if (packet.kind === 'dropped') {
    tcu.drops.packet()
    tcu.drops.flit()
  }
  if (cls === 0) tcu.requests.push(packet)
}

/** Whether the packet that is arriving has ended without its flits. */
const endsLate = (tcu: TcuState, cls: 0 | 1, cycle: number): boolean =>
  tcu.arriving[cls]?.kind === 'late' || (cls === 1 ? endReadData(tcu, cycle) : endUnknown(tcu, cycle))

const deliverLate = (tcu: TcuState, cls: 0 | 1, flit: bigint): void => {
  const packet = tcu.arriving[cls] as Incoming
  if (packet.late === 0) tcu.drops.packet()
  packet.late++
  tcu.drops.flit()
  receiveBody(packet, flit)
}

const deliverBody = (tcu: TcuState, packet: Incoming, flit: bigint, cycle: number): void => {
  if (packet.kind === 'dropped') tcu.drops.flit()
  if (tcu.choice.receiveTimeoutCycles > 0) noteFlit(tcu, packet, cycle)
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
