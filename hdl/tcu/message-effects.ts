/** What a message changes at endpoints other than its own: the reply endpoint of its slot, or a credit. */
import { type Bit, literal, mux, pack, type UInt, unpack, type ValueOf } from '#edsl'
import { asReceive, endpointBits, exists, isType, replyRange, type Words } from '#hdl/endpoints'
import { endpointTypes, type messageHeader01, noEndpoint, sendWord0, sendWord1, unlimitedCredits } from '#layout'

type Header = ValueOf<typeof messageHeader01>

export interface MessageEffect {
  /** There is an endpoint to be looked at. */
  readonly follows: Bit
  /** Which one, the words that it gets, and which of them are written. */
  readonly ep: UInt<typeof endpointBits>
  readonly words: Words
  readonly write: UInt<3>
  /** A credit comes back that does not fit, although the endpoint takes credits. */
  readonly surplus: Bit
}

/** Effects 3 and 4 of section 7.6. `held` is the receive endpoint, `now` what the endpoint `ep` holds. DEV-5, DEV-7. */
export const messageEffect = (
  header: Header,
  held: Words,
  slot: UInt<5>,
  now: Words,
  endpoints: number,
): MessageEffect => {
  const receive = asReceive(held)
  const named = header.replyEp.ne(noEndpoint)
  const wantsReply = header.isReply.not().and(replyRange(receive, endpoints).enabled).and(named)
  const returnsCredit = header.isReply.and(named).and(exists(header.replyEp, endpoints))

  const send = unpack(sendWord0, now[0]!)
  const takesCredits = isType(now, 'send').and(send.reply.not()).and(send.credits.ne(unlimitedCredits))
  const grows = takesCredits.and(send.credits.lt(send.maxCredits))
  const replyEndpoint = {
    reserved: send.reserved,
    reply: literal(1, 1),
    creditEp: header.senderEp,
    messageOrder: header.replyOrder.extend(6),
    maxCredits: literal(6, 1),
    credits: literal(6, 1),
    act: receive.act,
    type: literal(3, endpointTypes.send),
  }
  const target = {
    reserved: unpack(sendWord1, now[1]!).reserved,
    chip: header.chip,
    tile: header.tile,
    ep: header.replyEp,
  }
  return {
    follows: wantsReply.or(returnsCredit),
    ep: mux(wantsReply, receive.replyEps.addWrap(slot.extend(16)), header.replyEp).truncate(endpointBits),
    words: [
      mux(wantsReply, pack(sendWord0, replyEndpoint), pack(sendWord0, { ...send, credits: send.credits.addWrap(1) })),
      pack(sendWord1, target),
      header.replyLabel,
    ],
    write: mux(wantsReply, literal(3, 0b111), mux(grows, literal(3, 0b001), literal(3, 0))),
    surplus: wantsReply.not().and(takesCredits).and(send.credits.eq(send.maxCredits)),
  }
}
