/**
 * Packets whose next flit does not come: `receiveTimeoutCycles`. TCU sections 7.6 and 7.9, docs/contract.md.
 *
 * What counts is the wait of the hardware, and flits may have waited for the hardware as well. So a gap between two
 * deliveries allows the end of a packet; what the hardware made of it is seen in what it does next: it ends the message, it
 * acknowledges the WRITE, or it goes on. Read data are always taken, so there the gap decides.
 */
import { errorCodes } from '#layout'
import { asLate } from './incoming.ts'
import type { Incoming, IncomingKind } from './incoming.ts'
import { acknowledgeRejected, acknowledgeWrite, settle } from './tcu-answers.ts'
import type { TcuState } from './tcu-state.ts'

/** A flit of a packet comes: notes a gap before it. What came before the first gap is kept for the end. */
export const noteFlit = (tcu: TcuState, packet: Incoming, cycle: number): void => {
  if (packet.late > 0) packet.late++
  else if (hasGap(tcu, packet, cycle)) {
    packet.late = 1
    packet.inTime = packet.arrived
  }
  packet.since = cycle
}

const hasGap = ({ choice }: TcuState, { since }: Incoming, cycle: number): boolean =>
  choice.receiveTimeoutCycles > 0 && cycle - since >= choice.receiveTimeoutCycles

/** Whether a packet may have ended with TIMEOUT_NOC by now. */
export const mayBeOver = (tcu: TcuState, packet: Incoming, cycle: number): boolean =>
  packet.late > 0 || (!packet.complete && hasGap(tcu, packet, cycle))

/** A packet has ended: flits of it that came late, or will come, are dropped and counted. */
export const endPacket = (tcu: TcuState, cls: 0 | 1, packet: Incoming): void => {
  if (packet.late > 0) tcu.drops.packet()
  for (let flit = 0; flit < packet.late; flit++) tcu.drops.flit()
  if (tcu.arriving[cls] === packet) tcu.arriving[cls] = asLate(packet)
}

/**
 * Ends the packet at the front without a step, if it may be over: a WRITE of which everything that came in time is stored, or
 * a message that was rejected. Both are acknowledged. False when there is none.
 */
export const endFront = (tcu: TcuState, cycle: number): boolean => {
  const packet = tcu.requests.front
  if (packet === undefined || !mayBeOver(tcu, packet, cycle)) return false
  const rejected = packet.kind === 'message' && packet.begun > errorCodes.NONE
  if (!rejected && !isStored(packet)) return false
  endPacket(tcu, 0, packet)
  tcu.requests.shift()
  if (rejected) acknowledgeRejected(tcu, packet)
  else acknowledgeWrite(tcu, packet, packet.stored, errorCodes.TIMEOUT_NOC)
  settle(tcu)
  return true
}

const isStored = ({ kind, stored, late, inTime, arrived }: Incoming): boolean =>
  kind === 'memoryWrite' && stored === (late > 0 ? inTime : arrived)

/** Ends a message of which no line came in time: nobody knows whom to tell. */
export const endUnknown = (tcu: TcuState, cycle: number): boolean => {
  const packet = tcu.requests.front
  if (packet?.kind !== 'message' || packet.flits > 1 || !mayBeOver(tcu, packet, cycle)) return false
  endPacket(tcu, 0, packet)
  tcu.requests.shift()
  settle(tcu)
  return true
}

/** Ends the read data that are arriving: they count no further. */
export const endReadData = (tcu: TcuState, cycle: number): boolean => {
  const packet = tcu.arriving[1]
  if (packet?.kind !== 'readData' || !mayBeOver(tcu, packet, cycle)) return false
  endPacket(tcu, 1, packet)
  packet.complete = true
  packet.bytes = packet.arrived
  if (tcu.readData.front === packet && packet.stored === packet.bytes) tcu.readData.shift()
  return true
}

const waits: readonly IncomingKind[] = ['memoryWrite', 'message', 'readData']

/** Cycle in which the packets that are arriving are over, if nothing comes; infinite without a limit. */
export const nextEnd = ({ choice, arriving }: TcuState): number => {
  const limit = choice.receiveTimeoutCycles
  if (limit === 0) return Infinity
  return Math.min(
    ...arriving.map((packet) => (packet && waits.includes(packet.kind) ? packet.since + limit : Infinity)),
  )
}
