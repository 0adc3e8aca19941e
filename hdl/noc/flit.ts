/** What every part of the network knows of flits: where a packet ends, and what its head decides for all of it. */
import { bit, type Bit, mux, reg, type Source, uint, type UInt, type UIntShape, unpack, when } from '#edsl'
import { bodyFlit, flitBits, headFlit } from '#layout'

/** A flit of 138 bits, head or continuation: which of both, its place in the stream tells. Source: NoC sections 2.2, 2.3. */
export const flit = uint(flitBits)

/** Where flits come from: packets of one message class, one after the other. */
export type Flits = Source<UIntShape<typeof flitBits>>

/** The fields of a flit that is the head of a packet. */
export const asHead = (bits: UInt<typeof flitBits>) => unpack(headFlit, bits)

/** The fields of a flit that continues a packet. */
export const asBody = (bits: UInt<typeof flitBits>) => unpack(bodyFlit, bits)

/** Whether a flit is the last of its packet. */
export const isTail = (bits: UInt<typeof flitBits>): Bit => asHead(bits).burst.not()

/** How the packet at the front of a stream is seen. */
export interface PacketView {
  /** The flit at the front is the head of its packet. */
  readonly atHead: Bit
  /** What was found at the head: for this flit and all others of its packet. */
  readonly decision: UInt
}

/** Keeps what was `found` at the head of a packet until its tail has left `flits`. */
export const perPacket = (flits: Flits, found: UInt, name: string): PacketView => {
  const inside = reg(bit, 0, `${name}_inside`)
  const kept = reg(uint(found.expression.bits), 0, `${name}_kept`)
  const decision = mux(inside, kept, found).named(name)
  when(flits.fire, () => {
    inside.next(isTail(flits.payload).not())
    kept.next(decision)
  })
  return { atHead: inside.not(), decision }
}
