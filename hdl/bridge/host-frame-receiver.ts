/** Frames from the host: which of them are good. */
import { bit, type Bit, cat, input, literal, module, mux, output, reg, states, stream, struct, uint, when } from '#edsl'
import { framed } from '#hdl/lib'
import { flitBytes, frameTypes } from '#layout'
import { crc32Next, crc32Start } from './host-crc32.ts'

/** A good frame, in the cycle after its last byte. */
export const receivedFrame = struct({
  valid: bit,
  /** A data frame whose flits were kept. */
  accepted: bit,
  /** A data frame that was not expected, or for which there was no room. */
  refused: bit,
  isHello: bit,
  isAcknowledgement: bit,
  flits: uint(7),
  seq: uint(8),
  ack: uint(8),
  window: uint(8),
})

/**
 * Takes frames apart. The flits of a data frame with the `expected` number go to a frame store, which learns at the end of
 * the frame whether it was good.
 *
 * Ports: `from` bytes of frames, always taken; `expected` number of the next data frame; `accepting` 0 refuses data frames;
 * `write`, `byte`, `commit`, `abandon`, `full` of a `frameStore`; `frame` a good frame; `wrongCrc`, `wrongLength` (or type)
 * 1 for a cycle per bad one.
 * Timing: a byte per cycle; the verdict comes in the cycle after the last byte, and takes no time from the next frame.
 * Reset: a frame begins.
 * Source: NoC section 8.3.
 */
export const frameReceiver = (largestFlits: number) =>
  module(
    `frame_receiver_${largestFlits}`,
    {
      from: input(stream(framed(uint(8)))),
      expected: input(uint(8)),
      accepting: input(bit),
      write: output(bit),
      byte: output(uint(8)),
      commit: output(bit),
      abandon: output(bit),
      full: input(bit),
      frame: output(receivedFrame),
      wrongCrc: output(bit),
      wrongLength: output(bit),
    },
    (ports) => {
      const { from, frame } = ports
      const { data, last } = from.payload
      const part = states('header', 'contents', 'check', 'excess')
      const place = reg(uint(5), 0)
      const flits = reg(uint(7), 0)
      const crc = reg(uint(32), crc32Start)
      const kind = reg(uint(2), 0)
      const rightType = reg(bit, 0)
      const seq = reg(uint(8))
      const ack = reg(uint(8))
      const count = reg(uint(8))
      const window = reg(uint(8))
      /** All bytes of the CRC so far are right. */
      const matches = reg(bit, 1)
      const keeps = reg(bit, 0)
      const overflow = reg(bit, 0)

      const isData = kind.eq(frameTypes.data & 3).named('is_data')
      const hasContents = kind.bit(1).named('has_contents')
      const expectedNow = isData.and(seq.eq(ports.expected)).and(ports.accepting).named('expected_now')
      const sum = crc.not().named('sum')
      const right = matches.and(data.eq(sum.slice(24, 8))).named('right')
      const restart = () => {
        part.go('header')
        place.next(0)
        crc.next(crc32Start)
        matches.next(1)
        keeps.next(0)
        overflow.next(0)
      }

      from.ready.drive(1)
      const writes = from.fire.and(part.is('contents')).and(keeps).and(overflow.not()).named('writes')
      ports.write.drive(writes.and(ports.full.not()))
      ports.byte.drive(data)
      when(writes.and(ports.full), () => overflow.next(1))

      // What the last byte says is told a cycle later, when the store has taken everything.
      const verdict = reg(receivedFrame, {
        ...{ valid: 0, accepted: 0, refused: 0, isHello: 0, isAcknowledgement: 0 },
        ...{ flits: 0, seq: 0, ack: 0, window: 0 },
      })
      const crcFault = reg(bit, 0)
      const lengthFault = reg(bit, 0)
      const gone = reg(bit, 0)
      verdict.valid.next(0)
      crcFault.next(0)
      lengthFault.next(0)
      gone.next(0)
      frame.drive(verdict)
      ports.wrongCrc.drive(crcFault)
      ports.wrongLength.drive(lengthFault)
      ports.commit.drive(verdict.valid.and(verdict.accepted))
      ports.abandon.drive(gone)

      const ends = (good: Bit, crcWrong: Bit) => {
        // The link may have gone down since the header.
        const accepted = isData.and(keeps).and(overflow.not()).and(ports.accepting)
        verdict.next({
          valid: good,
          accepted: accepted.and(good),
          refused: isData.and(accepted.not()),
          isHello: kind.eq(frameTypes.hello & 3),
          isAcknowledgement: kind.eq(frameTypes.acknowledgement & 3),
          ...{ flits: count.truncate(7), seq, ack, window },
        })
        crcFault.next(crcWrong)
        lengthFault.next(good.or(crcWrong).not())
        gone.next(good.and(accepted).not())
        restart()
      }

      when(from.fire, () => {
        part.match({
          header: () => {
            place.next(place.addWrap(1))
            crc.next(crc32Next(crc, data))
            when(place.eq(0), () => {
              kind.next(data.slice(0, 2))
              rightType.next(data.slice(2, 6).eq(frameTypes.data >> 2))
            })
            when(place.eq(1), () => seq.next(data))
            when(place.eq(2), () => ack.next(data))
            when(place.eq(3), () => count.next(data))
            when(place.eq(4), () => window.next(data))
            when(place.eq(5), () => {
              place.next(0)
              flits.next(count.truncate(7))
              keeps.next(expectedNow)
              const rightCount = mux(isData, count.le(largestFlits), count.eq(0))
              const contents = mux(isData, count.any(), hasContents)
              when(rightType.and(rightCount).not(), () => part.go('excess'))
                .elseWhen(contents, () => part.go('contents'))
                .otherwise(() => part.go('check'))
            })
          },
          contents: () => {
            place.next(place.addWrap(1))
            crc.next(crc32Next(crc, data))
            const atEnd = place.eq(mux(isData, literal(5, flitBytes - 1), literal(5, 15)))
            when(atEnd, () => {
              place.next(0)
              flits.next(flits.subWrap(1))
              when(isData.not().or(flits.eq(1)), () => part.go('check'))
            })
          },
          check: () => {
            place.next(place.addWrap(1))
            crc.next(cat(crc.slice(0, 24), literal(8, 0)))
            matches.next(right)
            when(place.eq(3), () => part.go('excess'))
          },
          excess: () => {},
        })
        when(last, () => {
          const complete = part.is('check').and(place.eq(3))
          ends(complete.and(right), complete.and(right.not()))
        })
      })
    },
  )
