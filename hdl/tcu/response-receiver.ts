/** Incoming responses: acknowledgements, read data and errors, for the command that waits for them. */
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
  uint,
  unpack,
  when,
  wire,
} from '#edsl'
import {
  bodyFlit,
  burstLengthBits,
  burstSelect,
  errorCodes,
  flitBits,
  headFlit,
  modes,
  nocId,
  writeAcknowledgement,
} from '#layout'
import { answer, dropEvent, expectation, memoryRequest } from './interfaces.ts'
import { lineStore } from './line-store.ts'
import { burstByteCount, burstHasBytes, bytesOfBurstLine, isRun, lanesOfBurstLine, lowestLane, onesOf } from '#hdl/lib'

/**
 * Sinks the response class. Accepts only what the running command waits for: acknowledgements and data of its target, data
 * only inside of its buffer (DEV-2), never into registers. Everything else is dropped; data and errors count as dropped.
 *
 * Ports: `restart` skips the rest of a packet; `flit` in; `expects` from the command unit, which may discard the data of a READ; `answer` to it; `store` to the memory port.
 * Timing: one flit per cycle; never waits for anything but local memory (section 7.8).
 * Source: TCU interface 2.0.1, sections 7.5 and 7.7.
 */
export const responseReceiver = module(
  'response_receiver',
  {
    own: input(nocId),
    flit: input(stream(uint(flitBits))),
    expects: input(expectation),
    answer: output(answer),
    store: output(memoryRequest),
    granted: input(bit),
    dropped: output(dropEvent),
    restart: input(bit),
  },
  (ports) => {
    const { flit, expects } = ports
    const state = states('head', 'single', 'lines', 'drop', 'skip')
    const head = unpack(headFlit, flit.payload)
    const body = unpack(bodyFlit, flit.payload)
    const line = cat(body.data1, body.data0)
    const lines = instance(lineStore)
    ports.store.drive(lines.request)
    lines.granted.drive(ports.granted)
    lines.restart.drive(ports.restart)

    // Bytes that are still to come; below 0 when more were acknowledged than were sent. Zero is seen sooner than a comparison.
    const missing = reg(uint(34), 0)
    const arrived = wire(bit, 0)
    const count = wire(uint(32), 0)
    const satisfied = missing.bit(33).or(missing.any().not())
    when(expects.kind.is('nothing'), () => missing.next(expects.size.extend(34))).elseWhen(
      arrived.and(satisfied.not()),
      () => missing.next(missing.subWrap(count.extend(34))),
    )
    // Where the buffer of a READ ends; it lies in local memory, so without carry. Known long before data come.
    const limit = reg(uint(32))
    limit.next(expects.local.addWrap(expects.size))
    const failure = reg(uint(5), errorCodes.NONE)
    const failed = reg(bit, 0)
    const first = reg(bit, 0)
    const aborted = reg(bit, 0)
    const origin = reg(uint(32))
    const select = reg(burstSelect)
    const lanes = reg(uint(8))
    const word = reg(uint(64))
    const keeps = reg(bit)
    const discarded = reg(bit, 0)

    const linesLeft = reg(uint(burstLengthBits))

    const isMode = (mode: keyof typeof modes) => head.mode.eq(modes[mode])
    const ours = head.targetMod.eq(ports.own.mod).and(head.targetChip.eq(ports.own.chip))
    const fromTarget = head.sourceMod.eq(expects.target.mod).and(head.sourceChip.eq(expects.target.chip))
    const alone = head.burst.not()

    // Acknowledgements (section 7.7).
    const acknowledged = unpack(writeAcknowledgement, head.data0)
    const ofMessage = expects.kind
      .is('messageAck')
      .and(acknowledged.isWrite.not())
      .and(head.address.truncate(16).eq(expects.label))
    const ofWrite = expects.kind
      .is('writeAcks')
      .and(acknowledged.isWrite)
      .and(head.address.subWrap(expects.remote).lt(expects.size))
    const isAck = isMode('TCU_ACK').and(ours).and(alone)
    const takesAck = isAck.and(fromTarget).and(ofMessage.or(ofWrite))
    const isError = isMode('ERROR').and(ours).and(alone)
    const takesError = isError.and(fromTarget).and(expects.kind.is('readData'))

    // Read data (section 7.5): all of it inside of the buffer.
    const burst = unpack(burstSelect, head.bsel)
    const announced = head.data0.truncate(burstLengthBits)
    const hasBytes = mux(alone, isRun(head.bsel), burstHasBytes(announced, burst))
    const firstLane = mux(alone, lowestLane(head.bsel), literal(4, 15).subWrap(burst.firstLaneInverted))
    const bytes = mux(alone, onesOf(head.bsel).extend(18), burstByteCount(announced, burst))
    const room = limit.extend(33).subWrap(head.address.extend(33))
    const fits = room
      .bit(32)
      .not()
      .and(room.truncate(32).ge(bytes.extend(32)))
    const inside = head.address.ge(expects.local).and(fits)
    const isData = isMode('READ_RSP').and(ours).and(hasBytes)
    const takesData = isData.and(fromTarget).and(expects.kind.is('readData')).and(inside)

    // What a READ gets after ABORT_CMD is counted, and not stored (section 4.11).
    const discards = expects.discards

    // A single flit is stored in the cycle after it came.
    const single = state.is('single')
    const cut = aborted.or(body.bsel.any().not())
    const stops = cut.or(linesLeft.any().not())
    const isLast = linesLeft.eq(1)
    const burstLanes = mux(stops, literal(16, 0), lanesOfBurstLine(first, isLast, select))
    const burstBytes = mux(stops, literal(5, 0), bytesOfBurstLine(first, isLast, select))
    const feeding = wire(bit, 0)
    lines.line.valid.drive(feeding)
    lines.line.payload.drive({
      first: single.or(first),
      last: single.or(body.burst.not()),
      origin,
      enables: mux(mux(single, keeps, discards.not()), mux(single, lanes.extend(16), burstLanes), literal(16, 0)),
      data: mux(single, word.extend(128), line),
    })
    const ready = wire(bit, 0)
    flit.ready.drive(ready)
    const drop = wire(dropEvent, { flits: 0, packet: 0 })
    ports.dropped.drive(drop)
    const progress = wire(bit, 0)

    when(expects.kind.is('nothing'), () => {
      failed.next(0)
      failure.next(errorCodes.NONE)
      discarded.next(0)
    }).elseWhen(lines.line.fire, () => {
      arrived.drive(1)
      count.drive(mux(single, onesOf(lanes), burstBytes).extend(32))
    })

    state.match({
      head: () =>
        when(flit.valid, () => {
          ready.drive(1)
          when(takesData, () => {
            origin.next(head.address.subWrap(firstLane.extend(32)))
            select.next(burst)
            lanes.next(head.bsel)
            word.next(head.data0)
            keeps.next(discards.not())
            when(discards, () => discarded.next(1))
            linesLeft.next(announced)
            first.next(1)
            aborted.next(0)
            progress.drive(alone)
            when(alone, () => state.go('single')).otherwise(() => state.go('lines'))
          }).otherwise(() => {
            // Stray acknowledgements are ignored; stray data, errors and other modes are dropped and counted.
            when(isAck.not().and(takesError.not()), () => drop.drive({ flits: 1, packet: 1 }))
            when(alone.not(), () => state.go('drop'))
          })
          when(takesAck, () => {
            progress.drive(1)
            when(ofWrite, () => {
              arrived.drive(1)
              count.drive(acknowledged.bytes)
              when(acknowledged.error.any(), () => {
                failed.next(1)
                failure.next(acknowledged.error)
              })
            }).otherwise(() => {
              failed.next(1)
              failure.next(head.data0.truncate(5))
            })
          })
          when(takesError, () => {
            progress.drive(1)
            when(discards, () => discarded.next(1))
            failed.next(1)
            failure.next(head.data0.truncate(5))
          })
        }),
      single: () => {
        feeding.drive(1)
        when(lines.line.fire, () => state.go('head'))
      },
      lines: () => {
        feeding.drive(flit.valid)
        ready.drive(lines.line.ready)
        when(flit.fire, () => {
          progress.drive(1)
          when(discards, () => discarded.next(1))
          first.next(0)
          when(linesLeft.any(), () => linesLeft.next(linesLeft.subWrap(1)))
          when(body.bsel.any().not(), () => {
            aborted.next(1)
            failed.next(1)
            failure.next(errorCodes.ABORT)
          })
          when(body.burst.not(), () => state.go('head'))
        })
      },
      drop: () => {
        ready.drive(1)
        when(flit.valid, () => {
          drop.drive({ flits: 1, packet: 0 })
          when(body.burst.not(), () => state.go('head'))
        })
      },
      skip: () => {
        ready.drive(1)
        when(flit.fire.and(body.burst.not()), () => state.go('head'))
      },
    })
    // The rest of a packet is skipped.
    when(ports.restart, () => {
      ready.drive(0)
      feeding.drive(0)
      drop.drive({ flits: 0, packet: 0 })
      when(state.isIn('lines', 'drop', 'skip'), () => state.go('skip')).otherwise(() => state.go('head'))
    })

    const all = expects.kind.isIn('writeAcks', 'readData').and(satisfied)
    ports.answer.drive({
      progress,
      complete: state.isIn('lines', 'single').not().and(lines.idle).and(failed.or(all)),
      error: mux(discarded, literal(5, errorCodes.ABORT), failure),
    })
  },
)
