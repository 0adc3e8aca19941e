/** What becomes of requests: they are queued, answered and acknowledged from the front. TCU sections 6.1 and 7.4 to 7.7. */
import { errorCodes, modes, readRequest, writeAcknowledgement } from '#layout'
import { numberReader } from './bits.ts'
import { answerFlit } from './flits.ts'
import type { Incoming } from './incoming.ts'
import { messageAcknowledgement } from './message.ts'
import type { TcuState } from './tcu-state.ts'
import { Transfer } from './transfer.ts'

const returnAddressOf = numberReader(readRequest, 'returnAddress')

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
      acknowledgeRejected(tcu, packet)
      return true
    default:
      return false
  }
}

/** Acknowledges a message that failed a check, with the time of the check. */
export const acknowledgeRejected = (tcu: TcuState, packet: Incoming): void => {
  tcu.acknowledgements.push(messageAcknowledgement(tcu.id, packet, packet.begun, packet.stamp))
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

/** Acknowledges a write with what was stored of it. */
export const acknowledgeWrite = (tcu: TcuState, packet: Incoming, bytes: number, error: number): void => {
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
