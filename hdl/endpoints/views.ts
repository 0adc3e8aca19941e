/** Endpoint words as fields, and the rules that several units share. */
import { type Bit, cat, literal, mux, struct, uint, type UInt, unpack, type ValueOf } from '#edsl'
import {
  endpointTypes,
  largestSlotsOrder,
  memoryWord0,
  noEndpoint,
  receiveWord0,
  receiveWord1,
  receiveWord2,
  sendWord0,
  sendWord1,
} from '#layout'

/** The three words of an endpoint. */
export type Words = readonly UInt<64>[]

const typeField = struct({ upper: uint(61), type: uint(3) })

export const isType = (words: Words, type: keyof typeof endpointTypes): Bit =>
  unpack(typeField, words[0]!).type.eq(endpointTypes[type])

/** Word 0 with the type set to invalid; everything else stays. Section 6.3. */
export const invalidated = (word0: UInt<64>): UInt<64> => word0.and(~7n & 0xffff_ffff_ffff_ffffn)

/** A send endpoint's fields. Section 3.3. */
export const asSend = (words: Words) => ({
  ...unpack(sendWord0, words[0]!),
  target: unpack(sendWord1, words[1]!),
  label: words[2]!,
})

/** A memory endpoint's fields. Section 3.5. */
export const asMemory = (words: Words) => ({ ...unpack(memoryWord0, words[0]!), address: words[1]!, size: words[2]! })

/** A receive endpoint's fields; `slotsOrder` above 5 counts as 5 (DEV-9). Section 3.4. */
export const asReceive = (words: Words) => {
  const word0 = unpack(receiveWord0, words[0]!)
  const cappedOrder = mux(word0.slotsOrder.gt(largestSlotsOrder), literal(6, largestSlotsOrder), word0.slotsOrder)
  const slotsOrder = cappedOrder.truncate(3)
  const slots = literal(6, 1).shiftLeft(slotsOrder)
  return {
    ...word0,
    slotsOrder,
    /** Number of slots, 1 to 32. */
    slots,
    buffer: unpack(receiveWord1, words[1]!).buffer.truncate(32),
    ...unpack(receiveWord2, words[2]!),
  }
}

export type ReceiveView = ReturnType<typeof asReceive>

/** Whether replies are enabled, and whether all reply endpoints are among the `endpoints` that there are. Section 3.4. */
export const replyRange = (view: ReceiveView, endpoints: number): { enabled: Bit; exists: Bit } => {
  const repliesEnabled = view.replyEps.ne(noEndpoint)
  const repliesExist = view.replyEps.add(view.slots.extend(16)).le(endpoints)
  return { enabled: repliesEnabled, exists: repliesExist }
}

/** Whether an endpoint id names one of the `endpoints` that there are (DEV-1). */
export const exists = (id: UInt<16>, endpoints: number): Bit => id.lt(endpoints)

/** Position in a receive buffer where a search begins: positions at or above the number of slots count as 0. */
export const searchStart = (position: UInt<6>, slots: UInt<6>): UInt<5> =>
  mux(position.ge(slots), literal(6, 0), position).truncate(5)

/** One bit per slot that exists: bit i when there are more than i slots. */
export const slotMask = (view: ReceiveView): UInt<32> => {
  const order = (slot: number): number => Math.ceil(Math.log2(slot + 1))
  const others = Array.from({ length: 31 }, (_, index) => view.slotsOrder.ge(order(index + 1)))
  return cat(...others.reverse(), literal(1, 1)) as UInt<32>
}

/** The first 1 in `mask` at or above bit `start`, wrapping around. */
export const firstFrom = (mask: UInt<32>, start: UInt<5>): { found: Bit; index: UInt<5> } => {
  const above = mask.and(literal(32, 0xffff_ffff).shiftLeft(start))
  const index = mux(above.any(), lowestOne(above), lowestOne(mask))
  return { found: mask.any(), index: index as UInt<5> }
}

/** Index of the lowest 1 of a power of two of bits, by halves; the highest index when there is none. */
const lowestOne = (mask: UInt): UInt => {
  const half = mask.expression.bits / 2
  const low = mask.slice(0, half)
  const high = mask.slice(half, half)
  const inLow = low.any()
  return half === 1 ? inLow.not() : cat(inLow.not(), mux(inLow, lowestOne(low), lowestOne(high)))
}

export type SendView = ReturnType<typeof asSend>
export type MemoryView = ReturnType<typeof asMemory>
export type ReceiveWord0 = ValueOf<typeof receiveWord0>
