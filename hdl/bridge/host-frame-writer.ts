/** Frames to the host, byte by byte. */
import {
  allow,
  bit,
  cat,
  input,
  literal,
  module,
  mux,
  output,
  pick,
  reg,
  states,
  stream,
  struct,
  uint,
  when,
} from '#edsl'
import { framed } from '#hdl/lib'
import { flitBytes, frameBytes, frameTypes, hostLinkVersion } from '#layout'
import { crc32Next, crc32Start } from './host-crc32.ts'
import type { HostBridgeParameters } from './host-parameters.ts'

/** What a frame says; `kind` is the low bits of its type. */
export const frameHeader = struct({
  kind: uint(2),
  seq: uint(8),
  ack: uint(8),
  flits: uint(7),
  window: uint(8),
  tail: bit,
})

/**
 * Writes one frame after the other: header, flits or the answer to a hello, CRC. Raw: flits only.
 *
 * Ports: `start` begins a frame with `header`, which stays until `done`; `chip` the own chip id; `byte` the byte of the flit
 * at `place` as of the cycle before; `step` 1 when the next flit is wanted from the next cycle on; `done` 1 in the last
 * cycle; `flitOut` 1 with the last byte of a flit; `to` the bytes.
 * Timing: a byte per cycle.
 * Reset: idle.
 * Source: NoC section 8.3.
 */
export const frameWriter = ({ format, modules, largestPacket }: HostBridgeParameters) =>
  module(
    `frame_writer_${format}_${modules}_${largestPacket}`,
    {
      start: input(bit),
      header: input(frameHeader),
      chip: input(uint(6)),
      byte: input(uint(8)),
      place: output(uint(5)),
      step: output(bit),
      done: output(bit),
      flitOut: output(bit),
      to: output(stream(framed(uint(8)))),
    },
    ({ start, header, chip, byte, place, step, done, flitOut, to }) => {
      const index = reg(uint(5), 0)
      const left = reg(uint(7), 0)
      const isFlits = reg(bit, 0)
      const atFlitEnd = index.eq(flitBytes - 1).named('at_flit_end')
      const flitEnds = to.fire.and(isFlits).and(atFlitEnd).named('flit_ends')
      const lastFlit = left.eq(1)
      // The memory shows a byte in the cycle after its address.
      place.drive(mux(isFlits, mux(to.fire, mux(atFlitEnd, literal(5, 0), index.addWrap(1)), index), literal(5, 0)))
      step.drive(flitEnds)
      flitOut.drive(flitEnds)
      const go = () => {
        index.next(0)
        isFlits.next(1)
      }

      if (format !== 'framed') {
        // A cycle for the memory.
        const waits = reg(bit, 0)
        waits.next(start)
        when(start, () => left.next(header.flits))
        when(waits, go)
        to.valid.drive(isFlits)
        to.payload.drive({ last: lastFlit.and(atFlitEnd), data: byte })
        done.drive(flitEnds.and(lastFlit))
        when(to.fire, () => index.next(mux(atFlitEnd, literal(5, 0), index.addWrap(1))))
        when(flitEnds, () => {
          left.next(left.subWrap(1))
          isFlits.next(lastFlit.not())
        })
        allow('HDL-0305', 'raw frames have no hello', chip)
        return
      }

      const part = states('idle', 'header', 'flits', 'hello', 'check')
      const crc = reg(uint(32))
      const isHello = header.kind.eq(frameTypes.helloAnswer & 3)
      const headerByte = pick(
        [
          cat(literal(6, frameTypes.data >> 2), header.kind),
          header.seq,
          header.ack,
          header.flits.extend(8),
          header.window,
          header.tail.extend(8),
        ],
        index,
      )
      const helloByte = pick(
        [
          literal(8, hostLinkVersion),
          chip.extend(8),
          literal(8, modules),
          literal(8, largestPacket >> 8),
          literal(8, largestPacket & 0xff),
        ],
        index,
      )
      const checks = part.is('check')
      const atCheckEnd = checks.and(index.eq(frameBytes.check - 1))
      const data = mux(
        isFlits,
        byte,
        mux(part.is('header'), headerByte, mux(part.is('hello'), helloByte, crc.slice(24, 8).not())),
      ).named('data')
      to.valid.drive(part.is('idle').not())
      to.payload.drive({ last: atCheckEnd, data })
      done.drive(to.fire.and(atCheckEnd))

      when(to.fire, () => {
        index.next(index.addWrap(1))
        crc.next(mux(checks, cat(crc.slice(0, 24), literal(8, 0)), crc32Next(crc, data)))
      })
      const goCheck = () => {
        index.next(0)
        isFlits.next(0)
        part.go('check')
      }
      part.match({
        idle: () =>
          when(start, () => {
            index.next(0)
            crc.next(crc32Start)
            left.next(header.flits)
            part.go('header')
          }),
        header: () =>
          when(to.fire.and(index.eq(frameBytes.header - 1)), () => {
            when(left.any(), () => {
              go()
              part.go('flits')
            })
              .elseWhen(isHello, () => {
                index.next(0)
                part.go('hello')
              })
              .otherwise(goCheck)
          }),
        flits: () =>
          when(flitEnds, () => {
            index.next(0)
            left.next(left.subWrap(1))
            when(lastFlit, goCheck)
          }),
        hello: () => when(to.fire.and(index.eq(frameBytes.hello - 1)), goCheck),
        check: () => when(to.fire.and(atCheckEnd), () => part.go('idle')),
      })
    },
  )
