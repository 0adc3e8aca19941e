/** Takes the answers to a core's bypass traffic apart. */
import {
  bit,
  cat,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  reg,
  states,
  stream,
  struct,
  uint,
  unpack,
  when,
  wire,
} from '#edsl'
import { burstByteCount, lanesOfBurstLine, lowestLane, onesOf } from '#hdl/lib'
import { bodyFlit, burstSelect, flitBits, headFlit, modes, writeAcknowledgement } from '#layout'
import { lineAligner } from './line-aligner.ts'

/** Bytes that have come for a read: a line with the lanes of its place behind the return address. */
export const arrivedLine = struct({ valid: bit, address: uint(32), enables: uint(16), data: uint(128) })

/** The head of an answer to a read. `failed`: there are no data, the read has failed. */
export const answerHead = struct({ valid: bit, address: uint(32), bytes: uint(18), failed: bit })

/**
 * Sinks the answers of message class C3, one flit per cycle whatever happens (R-CLASS-4). The head of an answer to a read is
 * shown; `accepted` says in the same cycle whether anybody waits for it, else it is dropped and counted.
 *
 * Ports: `flit` in; `head` and `accepted`; `line` the bytes, in order, `aborts` the answer in work ends here without the
 * rest; `acknowledged` a write was, with `refused` without success; `dropped` a packet was.
 * Timing: a flit per cycle, one cycle more for an answer that takes a further line.
 * Reset: no packet is open.
 * Source: NoC sections 2.6 and 7.4.
 */
export const coreAnswers = (writesAre: 'posted' | 'acknowledged') =>
  module(
    `core_answers_${writesAre}`,
    {
      flit: input(stream(uint(flitBits))),
      head: output(answerHead),
      accepted: input(bit),
      line: output(arrivedLine),
      aborts: output(bit),
      acknowledged: output(bit),
      refused: output(bit),
      dropped: output(bit),
    },
    (ports) => {
      const { flit } = ports
      const state = states('head', 'data', 'drop')
      const head = unpack(headFlit, flit.payload)
      const body = unpack(bodyFlit, flit.payload)
      const alone = head.burst.not()
      const lane = lowestLane(head.bsel)
      const run = head.bsel.shiftRight(lane)
      const isRun = run.any().and(run.and(run.addWrap(1)).any().not())
      const select = unpack(burstSelect, head.bsel)
      const announced = head.data0.truncate(13)
      const reversed = announced.eq(1).and(select.firstLaneInverted.extend(5).add(select.lastLane.extend(5)).lt(15))
      const hasBytes = mux(alone, isRun, announced.any().and(reversed.not()))
      const isData = head.mode.eq(modes.READ_RSP_2)
      const isFailure = isData.and(alone).and(head.bsel.any().not())

      const aligner = instance(lineAligner, 'aligner')
      aligner.to.ready.drive(1)
      const { address, enables, data } = aligner.to.payload
      ports.line.drive({ valid: aligner.to.valid, address, enables, data })

      const held = reg(struct({ address: uint(32), select: burstSelect }))
      const first = reg(bit)
      const linesLeft = reg(uint(13))
      const inData = state.is('data')
      const stops = body.bsel.any().not().or(linesLeft.any().not())
      const feeds = wire(bit, 0)
      const burstLanes = mux(stops, literal(16, 0), lanesOfBurstLine(first, body.burst.not(), held.select))
      aligner.from.valid.drive(feeds)
      aligner.from.payload.drive({
        first: mux(inData, first, literal(1, 1)),
        last: mux(inData, body.burst.not().or(stops), literal(1, 1)),
        address: mux(inData, held.address, head.address),
        lane: mux(inData, literal(4, 15).subWrap(held.select.firstLaneInverted), lane),
        enables: mux(inData, burstLanes, head.bsel.extend(16)),
        data: mux(inData, cat(body.data1, body.data0), head.data0.extend(128)),
      })

      // A head waits for the last line of the packet before it, which takes one cycle.
      const free = aligner.from.ready.named('free')
      const atHead = state.is('head').and(flit.valid).and(free)
      ports.head.drive({
        valid: atHead.and(isData).and(hasBytes.or(isFailure)),
        address: head.address,
        bytes: mux(alone, onesOf(head.bsel).extend(18), burstByteCount(announced, select)),
        failed: isFailure,
      })
      const ready = wire(bit, 0)
      flit.ready.drive(ready)
      const aborts = wire(bit, 0)
      const acknowledged = wire(bit, 0)
      const dropped = wire(bit, 0)
      ports.aborts.drive(aborts)
      ports.acknowledged.drive(acknowledged)
      ports.refused.drive(unpack(writeAcknowledgement, head.data0).error.any())
      ports.dropped.drive(dropped)

      state.match({
        head: () => {
          ready.drive(free)
          held.next({ address: head.address, select })
          first.next(1)
          linesLeft.next(announced)
          when(atHead, () => {
            const drops = (): void => {
              dropped.drive(1)
              when(alone.not(), () => state.go('drop'))
            }
            const isAcknowledgement = head.mode.eq(modes.WRITE_ACK_2).and(alone)
            const kinds = when(isData.and(ports.accepted), () =>
              when(isFailure.not(), () => {
                when(alone, () => feeds.drive(1)).otherwise(() => state.go('data'))
              }),
            )
            if (writesAre === 'posted') kinds.otherwise(drops)
            else kinds.elseWhen(isAcknowledgement, () => acknowledged.drive(1)).otherwise(drops)
          })
        },
        data: () => {
          feeds.drive(flit.valid)
          ready.drive(aligner.from.ready)
          when(flit.fire, () => {
            first.next(0)
            linesLeft.next(linesLeft.subWrap(1))
            when(body.burst.not(), () => {
              aborts.drive(stops)
              state.go('head')
            }).elseWhen(stops, () => {
              aborts.drive(1)
              state.go('drop')
            })
          })
        },
        drop: () => {
          ready.drive(1)
          when(flit.fire.and(body.burst.not()), () => state.go('head'))
        },
      })
    },
  )
