/** A tile of on-chip memory that is small enough for an iCE40: it has no TCU, but speaks the packets of one. */
import {
  bit,
  cat,
  input,
  literal,
  memory,
  module,
  mux,
  output,
  pack,
  reg,
  states,
  stream,
  uint,
  unpack,
  when,
  wire,
} from '#edsl'
import { burstByteCount, lanesOfBurstLine, lowestLane, onesOf } from '#hdl/lib'
import {
  bodyFlit,
  burstBytes,
  burstSelect,
  errorCodes,
  flitBits,
  headFlit,
  hostId,
  modes,
  nocId,
  readRequest,
  writeAcknowledgement,
} from '#layout'

/** Lines of 16 bytes: 4 KiB, eight block RAMs. */
const lines = 256
const bytes = 16 * lines
/** Longest text that is said at once, in bytes. */
const longestText = 256

/**
 * Memory of 4 KiB at address 0 that the host reads and writes, and that says a text to the host. A write of n to the register at
 * 0xF000_0000 sends the first n bytes of the memory (256 at most) as PRINT does.
 *
 * A write has its bytes in the lanes of their place; the host's software and this repository's tiles send it so. Any other write,
 * and whatever leaves the memory, is answered with TIMEOUT_MEM. Packets for somebody else, and reads of registers, are dropped.
 *
 * Ports: `own` id of the tile; `requestIn` requests; `requestOut` texts; `responseOut` answers.
 * Timing: a flit per cycle in, a flit in two cycles out; one packet after the other.
 * Reset: nothing is under way; the memory keeps its contents.
 * Source: TCU interface 2.0.1, sections 7.2 to 7.5; NoC sections 2.2 to 2.6.
 */
export const ramTile = module(
  'ram_tile',
  {
    own: input(nocId),
    requestIn: input(stream(uint(flitBits))),
    requestOut: output(stream(uint(flitBits))),
    responseOut: output(stream(uint(flitBits))),
  },
  ({ own, requestIn, requestOut, responseOut }) => {
    const state = states('head', 'body', 'discard', 'stored', 'refused', 'answer', 'load', 'line')
    const store = memory(uint(128), lines, { read: 'next', style: 'block' })
    const head = unpack(headFlit, requestIn.payload)
    const body = unpack(bodyFlit, requestIn.payload)
    const request = unpack(readRequest, head.data0)
    const select = unpack(burstSelect, head.bsel)

    // --- what comes
    const alone = head.burst.not()
    const isOurs = head.targetMod.eq(own.mod).and(head.targetChip.eq(own.chip))
    const inWindow = head.address.slice(28, 4).all()
    const isRead = head.mode.eq(modes.READ_REQ).and(alone).and(inWindow.not()).and(request.size.any())
    const isWrite = head.mode.eq(modes.WRITE_POSTED).and(inWindow.not())
    const isText = head.mode.eq(modes.WRITE_POSTED).and(alone).and(head.address.eq(0xf000_0000))
    const announced = head.data0.truncate(13)
    const count = mux(alone, onesOf(head.bsel).extend(18), burstByteCount(announced, select))
    const firstLane = literal(4, 15).subWrap(select.firstLaneInverted)
    const inPlace = mux(
      alone,
      lowestLane(head.bsel).truncate(3).eq(head.address.truncate(3)),
      firstLane.eq(head.address.truncate(4)),
    )
    const within = (size: ReturnType<typeof count.extend>) =>
      head.address
        .lt(bytes)
        .and(size.lt(bytes + 1))
        .and(
          head.address
            .truncate(13)
            .add(size.truncate(13))
            .lt(bytes + 1),
        )
    const fitsRead = within(request.size.extend(32))
    const fitsWrite = within(count.extend(32)).and(inPlace).and(count.any())

    // --- the job under way
    const source = reg(nocId)
    const address = reg(uint(32))
    const place = reg(uint(12))
    const left = reg(uint(13))
    const remote = reg(uint(32))
    const isAnswer = reg(bit)
    const lanes = reg(burstSelect)
    const first = reg(bit)
    const stored = reg(uint(18))
    const linesLeft = reg(uint(6))

    // --- memory
    const lineOf = place.slice(4, 8)
    const storing = wire(bit, 0)
    const target = mux(state.is('head'), head.address.slice(4, 8), lineOf)
    const word = cat(head.data0, head.data0)
    const enablesOfHead = mux(head.address.bit(3), cat(head.bsel, literal(8, 0)), cat(literal(8, 0), head.bsel))
    const enablesOfLine = mux(body.bsel.any(), lanesOfBurstLine(first, body.burst.not(), lanes), literal(16, 0))
    const enables = mux(state.is('head'), enablesOfHead, enablesOfLine)
    const loaded = store.read(lineOf, state.is('load'))
    when(storing, () => store.write(target, mux(state.is('head'), word, cat(body.data1, body.data0)), enables))

    // --- what goes
    const offset = place.truncate(4)
    const segment = mux(
      left.extend(14).add(offset.extend(14)).gt(burstBytes),
      literal(13, burstBytes).subWrap(offset.extend(13)),
      left,
    )
    const segmentLines = segment.addWrap(offset.extend(13)).addWrap(15).slice(4, 6)
    const outHead = (
      burst: number | typeof alone,
      bsel: typeof head.bsel,
      mode: typeof head.mode,
      at: typeof address,
      data0: typeof head.data0,
    ) =>
      pack(headFlit, {
        burst,
        arq: 0,
        bsel,
        sourceMod: own.mod,
        sourceChip: own.chip,
        targetMod: source.mod,
        targetChip: source.chip,
        mode,
        address: at,
        data0,
      })
    const acknowledgement = outHead(
      0,
      literal(8, 0xff),
      literal(4, modes.TCU_ACK),
      address,
      pack(writeAcknowledgement, {
        unused: 0,
        error: mux(state.is('refused'), literal(5, errorCodes.TIMEOUT_MEM), 0),
        isWrite: 1,
        bytes: mux(state.is('refused'), literal(32, 0), stored.extend(32)),
      }),
    )
    const refusal = outHead(0, literal(8, 0xff), literal(4, modes.ERROR), remote, literal(64, errorCodes.TIMEOUT_MEM))
    const lastLane = segment.truncate(4).addWrap(offset).subWrap(1)
    const announcement = outHead(
      1,
      cat(lastLane, literal(4, 15).subWrap(offset)),
      mux(isAnswer, literal(4, modes.READ_RSP), literal(4, modes.WRITE_POSTED)),
      remote,
      segmentLines.extend(64),
    )
    const more = linesLeft.ne(1)
    const dataLine = pack(bodyFlit, {
      burst: more,
      arq: 0,
      bsel: 0xff,
      data1: loaded.slice(64, 64),
      data0: loaded.slice(0, 64),
    })
    const payload = mux(
      state.is('line'),
      dataLine,
      mux(state.is('answer'), announcement, mux(isAnswer, refusal, acknowledgement)),
    )
    const sends = state.isIn('stored', 'refused', 'answer', 'line')
    const toHost = state.isIn('answer', 'line').and(isAnswer.not())
    responseOut.valid.drive(sends.and(toHost.not()))
    responseOut.payload.drive(payload)
    requestOut.valid.drive(sends.and(toHost))
    requestOut.payload.drive(payload)
    const gone = responseOut.fire.or(requestOut.fire)
    requestIn.ready.drive(state.isIn('head', 'body', 'discard'))

    state.match({
      head: () =>
        when(requestIn.fire, () => {
          source.next({ chip: head.sourceChip, mod: head.sourceMod })
          address.next(head.address)
          place.next(head.address.truncate(12))
          isAnswer.next(0)
          stored.next(0)
          first.next(1)
          lanes.next(select)
          when(isOurs.not(), () => {
            left.next(0)
            when(head.burst, () => state.go('discard'))
          })
            .elseWhen(isText, () => {
              source.next({ chip: literal(6, hostId.chip), mod: literal(8, hostId.mod) })
              place.next(0)
              remote.next(0)
              left.next(mux(head.data0.gt(longestText), literal(13, longestText), head.data0.truncate(13)))
              when(head.data0.any(), () => state.go('answer'))
            })
            .elseWhen(isRead, () => {
              isAnswer.next(1)
              remote.next(request.returnAddress)
              left.next(request.size.truncate(13))
              when(fitsRead, () => state.go('answer')).otherwise(() => state.go('refused'))
            })
            .elseWhen(isWrite.and(fitsWrite), () => {
              stored.next(mux(alone, count, 0))
              storing.drive(alone)
              when(alone, () => state.go('stored')).otherwise(() => state.go('body'))
            })
            .elseWhen(isWrite.and(alone), () => state.go('refused'))
            .elseWhen(head.burst, () => {
              left.next(isWrite.extend(13))
              state.go('discard')
            })
        }),
      body: () =>
        when(requestIn.fire, () => {
          storing.drive(1)
          first.next(0)
          place.next(place.addWrap(16))
          stored.next(stored.addWrap(onesOf(enablesOfLine).extend(18)))
          when(body.burst.not(), () => state.go('stored'))
        }),
      discard: () =>
        when(requestIn.fire.and(body.burst.not()), () => {
          left.next(0)
          when(left.any(), () => state.go('refused')).otherwise(() => state.go('head'))
        }),
      stored: () => when(gone, () => state.go('head')),
      refused: () => when(gone, () => state.go('head')),
      answer: () =>
        when(gone, () => {
          linesLeft.next(segmentLines)
          left.next(left.subWrap(segment))
          remote.next(remote.addWrap(segment.extend(32)))
          state.go('load')
        }),
      load: () => {
        place.next(cat(lineOf.addWrap(1), literal(4, 0)))
        state.go('line')
      },
      line: () =>
        when(gone, () => {
          linesLeft.next(linesLeft.subWrap(1))
          when(more, () => state.go('load'))
            .elseWhen(left.any(), () => state.go('answer'))
            .otherwise(() => state.go('head'))
        }),
    })
  },
)
