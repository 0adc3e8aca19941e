/** Which memory a core may reach by itself. */
import {
  assert,
  bit,
  type Bit,
  implies,
  input,
  literal,
  module,
  mux,
  output,
  pack,
  pick,
  popcount,
  reg,
  stream,
  struct,
  uint,
  type UInt,
  unpack,
  when,
} from '#edsl'
import {
  burstSelect,
  coreWindowBase,
  errorCodes,
  flitBits,
  headFlit,
  modes,
  nocId,
  readRequest,
  writeAcknowledgement,
} from '#layout'

/** Windows of a core: the upper two bits of an address behind `coreWindowBase` name one. */
export const coreWindowCount = 4

/** Memory of another tile that a core sees: `bytes` from `address` on at `target`. `write` it may write there, too. */
export const coreWindow = struct({ valid: bit, write: bit, target: nocId, address: uint(32), bytes: uint(32) })

/**
 * Lets a core's reads (READ_REQ_2) and writes (WRITE_POSTED_2) through to the memory behind its windows, as a PMP does, and
 * refuses all others: a refused read is answered here with a READ_RSP_2 of bsel 0x00, a refused write is dropped, and with
 * `acknowledged` writes answered with a WRITE_ACK_2 of 0 bytes.
 *
 * Ports: `own` ids; `windows`; `from` the core's packets, `to` the network; `answers` to what was refused; `refused` one cycle per
 * such packet. Packets of other modes, and bursts that are no writes, are dropped and `refused`.
 * Errors: NO_PMP_EP where there is no window, NO_PERM for a write, OUT_OF_BOUNDS behind the end, in this order.
 * Timing: flits pass within the cycle; a refused packet waits while the answer to the one before is not taken.
 * Reset: a packet begins.
 * Source: TCU interface 2.0.1, section 5.7; NoC section 7.5.
 */
export const coreWindows = (writesAre: 'posted' | 'acknowledged') =>
  module(
    `core_windows_${writesAre}`,
    {
      own: input(nocId),
      windows: Array.from({ length: coreWindowCount }, () => input(coreWindow)),
      from: input(stream(uint(flitBits))),
      to: output(stream(uint(flitBits))),
      answers: output(stream(uint(flitBits))),
      refused: output(bit),
    },
    ({ own, windows, from, to, answers, refused }) => {
      const head = unpack(headFlit, from.payload)
      const inside = reg(bit, 0)
      const atHead = inside.not()
      const kept = reg(bit, 0)

      const place = head.address.subWrap(coreWindowBase).named('place')
      const window = pick(windows, place.slice(30, 2))
      const isRead = head.mode.eq(modes.READ_REQ_2).and(head.burst.not()).named('is_read')
      const isWrite = head.mode.eq(modes.WRITE_POSTED_2).named('is_write')
      const size = mux(
        isRead,
        unpack(readRequest, head.data0).size,
        mux(head.burst, burstBytesOf(head.bsel, head.data0), popcount(head.bsel).extend(32)),
      ).named('size')
      const end = place.truncate(30).extend(33).addWrap(size.extend(33)).named('end')

      const hasNone = window.valid.not().named('has_none')
      const mayNot = isWrite.and(window.write.not()).named('may_not')
      const outside = end.gt(window.bytes.extend(33)).named('outside')
      const error = mux(
        hasNone,
        literal(5, errorCodes.NO_PMP_EP),
        mux(mayNot, literal(5, errorCodes.NO_PERM), errorCodes.OUT_OF_BOUNDS),
      )
      const fits = isRead.or(isWrite).and(hasNone.or(mayNot).or(outside).not())
      const passes = mux(inside, kept, fits).named('passes')

      const due = reg(bit, 0)
      const answer = reg(struct({ mode: uint(4), address: uint(32), data0: uint(64) }))
      const answered: Bit = writesAre === 'acknowledged' ? isRead.or(isWrite) : isRead
      const free = due.not().or(inside)
      to.valid.drive(from.valid.and(passes))
      to.payload.drive(
        mux(
          inside,
          from.payload,
          pack(headFlit, {
            ...head,
            targetChip: window.target.chip,
            targetMod: window.target.mod,
            address: window.address.addWrap(place.truncate(30).extend(32)),
          }),
        ),
      )
      from.ready.drive(mux(passes, to.ready, free))
      const begins = from.fire.and(atHead).named('begins')
      refused.drive(begins.and(passes.not()))
      when(from.fire, () => {
        inside.next(head.burst)
        kept.next(passes)
      })

      when(answers.fire, () => due.next(0))
      when(begins.and(passes.not()).and(answered), () => {
        due.next(1)
        answer.next({
          mode: mux(isRead, literal(4, modes.READ_RSP_2), modes.WRITE_ACK_2),
          address: mux(isRead, unpack(readRequest, head.data0).returnAddress, head.address),
          data0: mux(isRead, error.extend(64), pack(writeAcknowledgement, { unused: 0, error, isWrite: 1, bytes: 0 })),
        })
      })
      answers.valid.drive(due)
      answers.payload.drive(
        pack(headFlit, {
          ...{ burst: 0, arq: 0, bsel: mux(answer.mode.eq(modes.READ_RSP_2), literal(8, 0), 0xff) },
          ...{ sourceMod: own.mod, sourceChip: own.chip, targetMod: own.mod, targetChip: own.chip },
          ...answer,
        }),
      )

      const sent = unpack(headFlit, to.payload)
      const known = windows.map(({ valid, target }) =>
        valid.and(target.mod.eq(sent.targetMod)).and(target.chip.eq(sent.targetChip)),
      )
      assert(
        implies(
          to.valid.and(atHead),
          known.reduce((any, one) => any.or(one)),
        ),
        'packets of a core go only to memory that it has a window to',
      )
    },
  )

/** Bytes of a write burst after its head. TCU section 7.3. */
const burstBytesOf = (bsel: UInt<8>, data0: UInt<64>): UInt<32> => {
  const { firstLaneInverted, lastLane } = unpack(burstSelect, bsel)
  // 16 n - a - (15 - b), and 15 - a is what the head says.
  const lines = data0.truncate(13).extend(32).shiftLeft(4)
  return lines.addWrap(firstLaneInverted.extend(32)).addWrap(lastLane.extend(32)).subWrap(30)
}
