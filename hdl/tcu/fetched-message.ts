/** FETCH_MSG: the message that is fetched. */
import { type Bit, literal, mux, pack, type UInt, unpack } from '#edsl'
import { asReceive, firstFrom, searchStart, slotMask, type Words } from '#hdl/endpoints'
import { receiveWord0, receiveWord2 } from '#layout'

/** What FETCH_MSG finds, and what becomes of the endpoint when it does. */
interface FetchedMessage {
  readonly found: Bit
  /** What ARG1 becomes: the offset of the message, all ones without one. */
  readonly offset: UInt<64>
  readonly word0: UInt<64>
  readonly word2: UInt<64>
}

/**
 * The first unread message from rpos on, wrapping; none unless `anyUnread`.
 *
 * Source: TCU interface 2.0.1, section 4.5.
 */
export const fetchedMessage = (words: Words, anyUnread: Bit): FetchedMessage => {
  const receive = asReceive(words)
  const unread = receive.unread.and(slotMask(receive))
  const { found: any, index } = firstFrom(unread, searchStart(receive.readPosition, receive.slots))
  const found = any.and(anyUnread)
  return {
    found,
    offset: mux(found, index.extend(32).shiftLeft(receive.slotOrder).extend(64), literal(64, 0xffff_ffff_ffff_ffffn)),
    word0: pack(receiveWord0, {
      ...unpack(receiveWord0, words[0]!),
      readPosition: index.extend(6).addWrap(1),
    }),
    word2: pack(receiveWord2, {
      occupied: receive.occupied,
      unread: receive.unread.and(literal(32, 1).shiftLeft(index).not()),
    }),
  }
}
