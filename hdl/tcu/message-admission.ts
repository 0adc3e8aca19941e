/** Whether a message is taken, and into which slot. */
import { type Bit, literal, type UInt, type ValueOf } from '#edsl'
import {
  asReceive,
  exists,
  firstFrom,
  isType,
  type ReceiveView,
  replyRange,
  searchStart,
  slotMask,
  type Words,
} from '#hdl/endpoints'
import { burstLengthBits, type messageHeader01, messageHeaderBytes } from '#layout'
import { firstError, insideMemory } from './command-checks.ts'
import { builtWith } from './choice.ts'
import type { TcuParameters } from './interfaces.ts'

/** The free slot of a receive endpoint that a message goes to: the first from the write position on. Section 7.6. */
export const freeSlot = (words: Words): { found: Bit; index: UInt<5> } => {
  const receive = asReceive(words)
  const free = receive.occupied.not().and(slotMask(receive))
  return firstFrom(free, searchStart(receive.writePosition, receive.slots))
}

/** Lines that a message of `length` bytes announces. */
const linesOf = (length: UInt<13>): UInt<typeof burstLengthBits> =>
  length.extend(14).addWrap(15).slice(4, 10).extend(13).addWrap(2)

/** Where a slot begins. One beyond 32-bit addresses is outside of memory, not at the address without the upper bits. */
const slotPlace = (receive: ReceiveView, index: UInt<5>): { address: UInt<32>; beyond: Bit } => {
  const order = receive.slotOrder
  const place = receive.buffer.extend(38).addWrap(index.extend(38).shiftLeft(order.truncate(5)))
  const far = order.bit(5).and(index.any())
  return { address: place.truncate(32), beyond: place.slice(32, 6).any().or(far) }
}

export interface Arrival {
  /** Endpoint that the head names, and lines that it announces. */
  readonly ep: UInt<16>
  readonly announced: UInt<typeof burstLengthBits>
  readonly header: ValueOf<typeof messageHeader01>
  /** Words of the endpoint, and its free slot. */
  readonly words: Words
  readonly free: { readonly found: Bit; readonly index: UInt<5> }
}

/** Checks 1 to 4 of section 7.6 with those of docs/contract.md; `origin` is where the slot begins. */
export const admission = (arrival: Arrival, parameters: TcuParameters): { error: UInt<5>; origin: UInt<32> } => {
  const { ep, announced, header, words, free } = arrival
  const { endpoints } = builtWith(parameters)
  const receive = asReceive(words)
  const replies = replyRange(receive, endpoints)
  const place = slotPlace(receive, free.index)
  const needed = header.length.extend(64).addWrap(messageHeaderBytes)
  const error = firstError([
    [announced.ne(linesOf(header.length)), 'CRITICAL'],
    [exists(ep, endpoints).and(isType(words, 'receive')).not(), 'RECV_GONE'],
    [needed.gt(literal(64, 1).shiftLeft(receive.slotOrder)), 'RECV_OUT_OF_BOUNDS'],
    [replies.enabled.and(replies.exists.not()), 'RECV_INV_RPL_EPS'],
    [free.found.not(), 'RECV_NO_SPACE'],
    [place.beyond.or(insideMemory(parameters, place.address, needed).not()), 'TIMEOUT_MEM'],
  ])
  return { error, origin: place.address }
}
