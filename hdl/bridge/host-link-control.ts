/** Which frame goes to the host next: numbers, acknowledgements, windows, time-outs. */
import {
  bit,
  type Bit,
  bitsFor,
  input,
  literal,
  memory,
  module,
  mux,
  output,
  reg,
  states,
  struct,
  type UInt,
  uint,
  when,
} from '#edsl'
import { frameResends, frameTypes, windowUnit } from '#layout'
import { receivedFrame } from './host-frame-receiver.ts'
import { frameHeader } from './host-frame-writer.ts'
import type { HostBridgeParameters } from './host-parameters.ts'

/** What a departure buffer is asked for in a cycle. */
const departureCommands = struct({ restart: bit, step: bit, advance: bit, free: bit })

const sentFrame = struct({ class: bit, tail: bit, flits: uint(7) })

/**
 * Go-back-N with a window. A hello that is not a repetition, and 16 resends without progress, end the sequence: what waits in
 * both directions is forgotten and counted. Frames carry packets of one class each.
 *
 * Ports: `frame` from a `frameReceiver`; `settled` 1 when all accepted bytes are in the buffers; `window` own room in units;
 * `ready`, `sent`, `isTail` of the departure buffers, `isTail` of the flit that they show; `commands`, `count`, `rewind` for
 * them; `start`, `header`, `done` of a `frameWriter`; `expected`, `accepting` for the receiver; `forget` the open packet;
 * `up`; `resent` 1 for a cycle per frame, `lost` per packet, `fresh` 1 while a frame is sent for the first time.
 * Timing: choosing a frame takes a cycle per flit.
 * Reset: the link is down, raw links are up.
 * Source: NoC section 8.3.
 */
export const linkControl = (parameters: HostBridgeParameters) => {
  const { format, depth, outstanding, resendTicks } = parameters
  const framed = format === 'framed'
  return module(
    `link_control_${format}_${depth}_${outstanding}_${resendTicks}`,
    {
      tick: input(bit),
      frame: input(receivedFrame),
      settled: input(bit),
      window: input(uint(8)),
      ready: [input(uint(bitsFor(depth))), input(uint(bitsFor(depth)))],
      sent: [input(uint(bitsFor(depth))), input(uint(bitsFor(depth)))],
      isTail: input(uint(2)),
      commands: [output(departureCommands), output(departureCommands)],
      count: output(uint(7)),
      rewind: output(bit),
      start: output(bit),
      header: output(frameHeader),
      done: input(bit),
      class: output(bit),
      expected: output(uint(8)),
      accepting: output(bit),
      forget: output(bit),
      up: output(bit),
      resent: output(bit),
      lost: output(uint(2)),
      fresh: output(bit),
    },
    (ports) => {
      const { frame, ready, sent, isTail, tick } = ports
      const [ready0, ready1] = [ready[0]!, ready[1]!]
      const state = states('idle', 'scan', 'write', 'freeFrame', 'freeFlits', 'settle', 'flush')
      const up = reg(bit, framed ? 0 : 1)
      const header = reg(frameHeader)
      const fresh = reg(bit, 0)
      const chosen = reg(bit, 0)
      const turn = reg(bit, 0)

      // --- the frames that are on their way, in a ring
      const frames = memory(sentFrame, outstanding, { read: 'now' })
      const indexBits = Math.max(1, bitsFor(outstanding - 1))
      const first = reg(uint(indexBits), 0)
      const inFlight = reg(uint(4), 0)
      const position = reg(uint(4), 0)
      const base = reg(uint(8), 0)
      const after = (count: UInt): UInt => {
        const index: UInt = first.extend(5).addWrap(count.extend(5))
        return mux(index.ge(outstanding), index.subWrap(outstanding), index).truncate(indexBits)
      }
      const at = after(position).named('at')
      const inTable = frames.read(mux(state.is('idle'), at, first))

      // --- what the host says
      const expected = reg(uint(8), 0)
      const session = reg(uint(8), 0)
      const resetDue = reg(bit, 0)
      const downDue = reg(bit, 0)
      const ackDue = reg(bit, 0)
      const answerDue = reg(bit, 0)
      const heard = reg(bit, 0)
      const heardAck = reg(uint(8))
      const heardWindow = reg(uint(8))
      const remoteWindow = reg(uint(10), framed ? 0 : 1023)
      const resendDue = reg(bit, 0)
      const repeated = reg(bit, 0)
      const resends = reg(uint(bitsFor(frameResends)), 0)
      const waited = reg(uint(bitsFor(resendTicks)), 0)
      // Raw links announce nothing.
      const announced = framed ? reg(uint(8), 0) : undefined
      const acked = reg(uint(4))
      const walk = reg(uint(7), 0)

      const allSent = position.eq(inFlight).named('all_sent')
      const onTheWay = sent[0]!.extend(10).addWrap(sent[1]!.extend(10)).named('on_the_way')
      const windowLeft = remoteWindow.subClamp(onTheWay).named('window_left')
      const anyReady = ready0.any().or(ready1.any()).named('any_ready')
      const roomForFrame = inFlight.lt(outstanding).named('room_for_frame')
      const sends = up.and(allSent).and(roomForFrame).and(anyReady).and(windowLeft.any()).named('sends')
      const blocked = up.and(inFlight.eq(0)).and(anyReady).and(windowLeft.eq(0)).named('blocked')
      const timeout = waited.eq(resendTicks).named('timeout')
      const progress = heardAck.subWrap(base).named('progress')
      const units = Math.floor(depth / windowUnit)
      const windowDue =
        announced !== undefined
          ? announced
              .lt(Math.ceil(units / 4))
              .and(ports.window.ge(Math.ceil(units / 2)))
              .named('window_due')
          : literal(1, 0)

      // --- scanning for the end of the last packet that fits
      const best = reg(uint(7), 0)
      const seen = reg(uint(7), 0)
      const limit = reg(uint(7))
      const least = (one: typeof windowLeft, other: typeof windowLeft) => mux(one.lt(other), one, other)
      const other = mux(turn, ready1.any(), ready0.any()).not().named('other')
      const next = turn.xor(other).named('next')
      const readyHere = mux(next, ready1, ready0).extend(10)
      const limitNow = least(least(windowLeft, readyHere), literal(10, parameters.frameFlits))
      const seenNow = seen.addWrap(1).named('seen_now')
      const tailHere = mux(chosen, isTail.bit(1), isTail.bit(0)).named('tail_here')
      const scanned = seenNow.eq(limit).named('scanned')
      const found = mux(tailHere, seenNow, best).named('found')
      const chunk = mux(found.any(), found, limit).named('chunk')

      const quiet = resetDue.or(downDue).or(heard).or(resendDue).or(answerDue).not().named('quiet')
      const startsResend = state.is('idle').and(quiet).and(up).and(allSent.not()).named('starts_resend')
      const scans = state.is('idle').and(sends).and(quiet).named('scans')
      const rewinds = state.is('idle').and(resetDue.or(downDue).or(heard).not()).and(resendDue).named('rewinds')
      const givesUp = rewinds.and(resends.eq(frameResends)).named('gives_up')
      const settles = state.is('settle').and(ports.settled).named('settles')
      const frees = state.is('freeFlits').and(walk.any()).named('frees')
      const flushes = [ready0, ready1].map((one) => state.is('flush').and(one.any()))
      const finishes = state.is('write').and(ports.done).named('finishes')
      const isData = header.kind.eq(frameTypes.data & 3).named('is_data')
      const isClass = (index: number, which: Bit): Bit => (index === 1 ? which : which.not())

      ports.rewind.drive(rewinds.or(settles))
      ports.commands.forEach((command, index) =>
        command.drive({
          restart: scans
            .and(isClass(index, next))
            .or(state.is('scan').and(scanned).and(isClass(index, chosen)))
            .or(startsResend.and(isClass(index, inTable.class))),
          step: state.is('scan').and(scanned.not()).and(isClass(index, chosen)),
          advance: finishes.and(isData).and(isClass(index, chosen)),
          free: frees.and(isClass(index, inTable.class)).or(flushes[index]!),
        }),
      )
      ports.count.drive(header.flits)
      ports.header.drive(header)
      ports.class.drive(chosen)
      ports.expected.drive(expected)
      ports.accepting.drive(up.and(resetDue.or(downDue).not()))
      ports.forget.drive(settles)
      ports.up.drive(up)
      ports.fresh.drive(fresh)
      ports.resent.drive(startsResend)
      ports.lost.drive(
        flushes[0]!
          .and(isTail.bit(0))
          .extend(2)
          .addWrap(flushes[1]!.and(isTail.bit(1)).extend(2)),
      )

      const begun = reg(bit, 0)
      begun.next(0)
      ports.start.drive(begun)
      const begin = (kind: number, flits: typeof chunk | 0, tail: Bit | 0) => {
        header.next({
          kind: kind & 3,
          seq: base.addWrap(position.extend(8)),
          ack: expected,
          flits,
          window: ports.window,
          tail,
        })
        announced?.next(ports.window)
        ackDue.next(0)
        begun.next(1)
        state.go('write')
      }
      const enter = (flits: typeof chunk | 0, tail: Bit | 0) => {
        const place = after(inFlight)
        frames.write(place, { class: chosen, tail, flits })
        inFlight.next(inFlight.addWrap(1))
        fresh.next(1)
        begin(frameTypes.data, flits, tail)
      }

      when(
        tick
          .and(timeout.not())
          .and(state.is('idle'))
          .and(blocked.or(inFlight.any().and(allSent))),
        () => waited.next(waited.addWrap(1)),
      )
      state.match({
        idle: () => {
          when(resetDue.or(downDue), () => {
            up.next(0)
            state.go('settle')
          })
            .elseWhen(heard, () => {
              heard.next(0)
              when(progress.le(inFlight.extend(8)), () => {
                remoteWindow.next(heardWindow.extend(10).shiftLeft(2))
                acked.next(progress.truncate(4))
                when(progress.any(), () => {
                  resends.next(0)
                  repeated.next(0)
                  waited.next(0)
                  state.go('freeFrame')
                })
              })
            })
            .elseWhen(resendDue, () => {
              resendDue.next(0)
              waited.next(0)
              when(givesUp, () => downDue.next(1)).otherwise(() => {
                position.next(0)
                resends.next(resends.addWrap(1))
              })
            })
            .elseWhen(answerDue, () => {
              answerDue.next(0)
              begin(frameTypes.helloAnswer, 0, 0)
            })
            .elseWhen(startsResend, () => {
              fresh.next(0)
              chosen.next(inTable.class)
              begin(frameTypes.data, inTable.flits, inTable.tail)
            })
            .elseWhen(scans, () => {
              chosen.next(next)
              turn.next(next.not())
              limit.next(limitNow.truncate(7))
              seen.next(0)
              best.next(0)
              state.go('scan')
            })
            .elseWhen(timeout.and(blocked), () => {
              // The host answers an empty frame with its window.
              waited.next(0)
              enter(0, 0)
            })
            .elseWhen(timeout.and(inFlight.any()), () => resendDue.next(1))
            .elseWhen(up.and(ackDue.or(windowDue)), () => begin(frameTypes.acknowledgement, 0, 0))
        },
        scan: () => {
          seen.next(seenNow)
          best.next(found)
          when(scanned, () => enter(chunk, found.any()))
        },
        write: () =>
          when(ports.done, () => {
            state.go('idle')
            when(isData, () => {
              waited.next(0)
              position.next(position.addWrap(1))
              // Raw flits are gone with their last byte.
              if (!framed) {
                acked.next(1)
                state.go('freeFrame')
              }
            })
          }),
        freeFrame: () => {
          walk.next(inTable.flits)
          state.go('freeFlits')
        },
        freeFlits: () =>
          when(walk.any(), () => walk.next(walk.subWrap(1))).otherwise(() => {
            first.next(after(literal(1, 1)))
            inFlight.next(inFlight.subWrap(1))
            position.next(position.subWrap(position.any().extend(4)))
            base.next(base.addWrap(1))
            acked.next(acked.subWrap(1))
            when(acked.eq(1), () => state.go('idle')).otherwise(() => state.go('freeFrame'))
          }),
        settle: () => when(ports.settled, () => state.go('flush')),
        flush: () =>
          when(anyReady.not(), () => {
            downDue.next(0)
            resetDue.next(0)
            up.next(resetDue)
            answerDue.next(resetDue)
            ackDue.next(0)
            heard.next(0)
            resendDue.next(0)
            repeated.next(0)
            resends.next(0)
            waited.next(0)
            inFlight.next(0)
            position.next(0)
            first.next(0)
            base.next(session)
            expected.next(session)
            remoteWindow.next(heardWindow.extend(10).shiftLeft(2))
            state.go('idle')
          }),
      })
      when(frame.valid, () => {
        when(frame.isHello, () => {
          // Hosts that number their hellos see a repeated one answered again, and nothing lost.
          const repetition = up.and(frame.seq.any()).and(frame.seq.eq(session))
          when(repetition, () => answerDue.next(1)).otherwise(() => {
            resetDue.next(1)
            session.next(frame.seq)
            heardWindow.next(frame.window)
          })
        }).elseWhen(ports.accepting.and(frame.accepted.or(frame.refused).or(frame.isAcknowledgement)), () => {
          heard.next(1)
          heardAck.next(frame.ack)
          heardWindow.next(frame.window)
          when(frame.isAcknowledgement.not(), () => ackDue.next(1))
          when(frame.accepted, () => expected.next(expected.addWrap(1)))
          const repeats = frame.isAcknowledgement.and(frame.ack.eq(base)).and(inFlight.any())
          when(repeats.and(repeated.not()), () => {
            repeated.next(1)
            resendDue.next(1)
          })
        })
      })
    },
  )
}
