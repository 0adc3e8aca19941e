/** Consistent overhead byte stuffing: frames on a line that has nothing but bytes, each ended by a zero. */
import { assert, bit, input, literal, memory, module, mux, output, reg, states, stream, uint, when } from '#edsl'
import { framed } from '#hdl/lib'

/** Bytes of the longest block without a zero. */
const longestBlock = 254

/**
 * Codes frames, so that the byte 0 comes behind each of them and nowhere else.
 *
 * Ports: `from` bytes of frames, the last one marked; `to` bytes for the line.
 * Timing: a block of up to 254 bytes is gathered, then sent, a byte per cycle each.
 * Reset: a frame begins.
 * Source: Cheshire and Baker, Consistent Overhead Byte Stuffing, IEEE/ACM Transactions on Networking 7(2), 1999; NoC section 8.3.
 */
export const cobsEncoder = module(
  'cobs_encoder',
  { from: input(stream(framed(uint(8)))), to: output(stream(uint(8))) },
  ({ from, to }) => {
    const block = memory(uint(8), 256, { read: 'next', during: 'never', style: 'block' })
    const state = states('gather', 'code', 'send', 'end')
    const count = reg(uint(8), 0)
    const place = reg(uint(8), 0)
    /** The frame ends with this block, or, when its last byte is 0, with an empty one behind it. */
    const isFinal = reg(bit, 0)
    const endsInZero = reg(bit, 0)
    const { data, last } = from.payload
    const isZero = data.eq(0)
    const closes = last.or(isZero).or(count.eq(longestBlock - 1))

    from.ready.drive(state.is('gather'))
    to.valid.drive(state.is('gather').not())
    const placeNow = mux(state.is('send').and(to.fire), place.addWrap(1), place).named('place_now')
    // While a block is sent, nothing is gathered; yosys sees it by the states.
    const byte = block.read(placeNow, { enable: state.is('gather').not() })
    to.payload.drive(mux(state.is('code'), count.addWrap(1), mux(state.is('send'), byte, literal(8, 0))))
    const finish = () => {
      count.next(0)
      place.next(0)
      when(endsInZero, () => {
        endsInZero.next(0)
        state.go('code')
      })
        .elseWhen(isFinal, () => state.go('end'))
        .otherwise(() => state.go('gather'))
    }
    state.match({
      gather: () =>
        when(from.fire, () => {
          when(isZero.not(), () => {
            block.write(count, data)
            count.next(count.addWrap(1))
          })
          isFinal.next(last)
          endsInZero.next(last.and(isZero))
          when(closes, () => state.go('code'))
        }),
      code: () =>
        when(to.fire, () => {
          when(count.eq(0), finish).otherwise(() => state.go('send'))
        }),
      send: () =>
        when(to.fire, () => {
          place.next(place.addWrap(1))
          when(place.addWrap(1).eq(count), finish)
        }),
      end: () => when(to.fire, () => state.go('gather')),
    })
    assert(count.le(longestBlock), 'no block is too long')
  },
)

/**
 * Takes the code off again. What is cut or damaged gives other frames than were sent, which a CRC finds.
 *
 * Ports: `from` bytes of the line; `to` bytes of frames, the last one marked; empty frames are none.
 * Timing: a byte leaves when the next one comes.
 * Reset: a frame begins.
 */
export const cobsDecoder = module(
  'cobs_decoder',
  { from: input(stream(uint(8))), to: output(stream(framed(uint(8)))) },
  ({ from, to }) => {
    const held = reg(bit, 0)
    const kept = reg(uint(8))
    /** Bytes of the block that are to come. */
    const left = reg(uint(8), 0)
    /** A zero goes before the next block. */
    const zeroDue = reg(bit, 0)
    const byte = from.payload
    const isEnd = byte.eq(0).named('is_end')
    const isCode = isEnd.not().and(left.eq(0)).named('is_code')
    const gives = isEnd.not().and(isCode.not().or(zeroDue)).named('gives')
    const hands = held.and(gives.or(isEnd)).named('hands')

    to.valid.drive(from.valid.and(hands))
    to.payload.drive({ last: isEnd, data: kept })
    from.ready.drive(hands.not().or(to.ready))
    when(from.fire, () => {
      when(gives, () => {
        held.next(1)
        kept.next(mux(isCode.not(), byte, 0))
      })
      when(isCode, () => {
        left.next(byte.subWrap(1))
        zeroDue.next(byte.ne(255))
      }).otherwise(() => left.next(left.subWrap(1)))
      when(isEnd, () => {
        held.next(0)
        left.next(0)
        zeroDue.next(0)
      })
    })
  },
)
