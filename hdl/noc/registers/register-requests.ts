/** Packets that read and write a register window. */
import { bit, input, literal, module, mux, output, pack, reg, states, stream, struct, uint, unpack, when } from '#edsl'
import { errorCodes, headFlit, modes, nocId, readRequest, writeAcknowledgement } from '#layout'
import { once } from '../once.ts'
import { asHead, flit, isTail } from '../flit.ts'

/** Bits of an offset in a router's window. */
export const offsetBits = 13

const asked = struct({ source: nocId, bsel: uint(8), returnAddress: uint(32), offset: uint(offsetBits), mode: uint(4) })
const nothingStored = { unused: 0, error: errorCodes.TIMEOUT_MEM, isWrite: 1, bytes: 0 }

/**
 * Serves READ_REQ of 8 bytes and single WRITE_POSTED of 8 bytes to the window of registers. There is no memory behind it:
 * reads and writes elsewhere are answered with TIMEOUT_MEM. All other packets are dropped.
 *
 * Ports: `own` the window's id; `from` requests, `to` answers; `access` what the registers see: `read` in the cycle in which
 * `data` is taken, when `dataReady`; `write` for one cycle; both with `source` and `offset`; `dropped` one cycle per dropped
 * packet.
 * Timing: one request at a time, an answer at the earliest two cycles after its request.
 * Reset: no request.
 * Source: NoC section 10.9; TCU section 7.4.
 */
export const registerRequests = once(() =>
  module(
    'register_requests',
    {
      own: input(nocId),
      from: input(stream(flit)),
      to: output(stream(flit)),
      access: output(struct({ read: bit, write: bit, source: nocId, offset: uint(offsetBits), data: uint(64) })),
      data: input(uint(64)),
      dataReady: input(bit),
      dropped: output(bit),
    },
    ({ own, from, to, access, data, dataReady, dropped }) => {
      const state = states('head', 'body', 'look', 'answer')
      const held = reg(asked)
      const value = reg(uint(64))

      const head = asHead(from.payload)
      const request = unpack(readRequest, head.data0)
      const inWindow = head.address
        .slice(28, 4)
        .eq(0xf)
        .and(head.address.slice(offsetBits, 28 - offsetBits).eq(0))
      const single = head.burst.not()
      const isRead = head.mode.eq(modes.READ_REQ).and(single)
      const isWrite = head.mode.eq(modes.WRITE_POSTED)
      const elsewhere = head.address.slice(28, 4).ne(0xf)
      const reads = isRead.and(inWindow).and(request.size.eq(8)).named('reads')
      const writes = isWrite.and(single).and(inWindow).and(head.bsel.eq(0xff)).named('writes')
      const fails = isRead.or(isWrite).and(elsewhere).named('fails')
      const mode = mux(isWrite, literal(4, modes.TCU_ACK), mux(reads, literal(4, modes.READ_RSP), modes.ERROR))

      from.ready.drive(state.is('head').or(state.is('body')))
      to.valid.drive(state.is('answer'))
      to.payload.drive(
        pack(headFlit, {
          burst: 0,
          arq: 0,
          bsel: held.bsel,
          sourceMod: own.mod,
          sourceChip: own.chip,
          targetMod: held.source.mod,
          targetChip: held.source.chip,
          mode: held.mode,
          address: held.returnAddress,
          data0: value,
        }),
      )
      const source = { chip: head.sourceChip, mod: head.sourceMod }
      access.drive({
        read: state.is('look'),
        write: state.is('head').and(from.fire).and(writes),
        source: {
          chip: mux(state.is('look'), held.source.chip, source.chip),
          mod: mux(state.is('look'), held.source.mod, source.mod),
        },
        offset: mux(state.is('look'), held.offset, head.address.truncate(offsetBits)),
        data: head.data0,
      })
      dropped.drive(0)

      state.match({
        head: () =>
          when(from.fire, () => {
            held.next({
              source,
              bsel: mux(reads, head.bsel, 0xff),
              returnAddress: mux(isWrite, head.address, request.returnAddress),
              offset: head.address.truncate(offsetBits),
              // A burst of another mode has no answer.
              mode: mux(fails.or(reads), mode, 0),
            })
            value.next(mux(isWrite, pack(writeAcknowledgement, nothingStored), errorCodes.TIMEOUT_MEM))
            dropped.drive(reads.or(writes).or(fails).not())
            when(head.burst, () => state.go('body'))
              .elseWhen(reads, () => state.go('look'))
              .elseWhen(fails, () => state.go('answer'))
          }),
        body: () =>
          when(from.fire.and(isTail(from.payload)), () =>
            when(held.mode.any(), () => state.go('answer')).otherwise(() => state.go('head')),
          ),
        look: () =>
          when(dataReady, () => {
            value.next(data)
            state.go('answer')
          }),
        answer: () => when(to.fire, () => state.go('head')),
      })
    },
  ),
)
