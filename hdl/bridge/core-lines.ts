/** From the beats of a core's writes to lines. */
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
  stream,
  struct,
  uint,
  type UInt,
  when,
} from '#edsl'
import { fifo } from '#hdl/lib'
import { coreBurst, extentOf, nextBeat } from './core-beats.ts'
import type { CoreBridgeChoices } from './core-options.ts'

/** The end of a core's transaction, with what it needs for its answer. */
export const writeEnd = (idBits: number) => struct({ valid: bit, id: uint(idBits), refused: bit })

/** Bytes of one line to be written; with `end` the last ones of a transaction. None: nothing is to be written. */
export const writtenLine = (idBits: number) =>
  struct({ end: writeEnd(idBits), address: uint(32), enables: uint(16), data: uint(128) })

/** A beat of a write; how many there are says the address channel. */
export const writeBeat = (dataBits: number) => struct({ strobes: uint(dataBits / 8), data: uint(dataBits) })

/**
 * Gathers the beats of bursts to lines of 16 bytes, of which each is complete as far as the burst goes on in it. Narrow beats of
 * a line become one; a refused burst is a line without bytes.
 *
 * Ports: `burst`, `beat` from the core; `line` the lines, in the order of the beats.
 * Timing: a beat per cycle; a line leaves when the next one begins, the last one of a burst in the cycle after its beat.
 * Reset: nothing is gathered.
 * Source: AMBA AXI and ACE Protocol Specification, IHI 0022E, section A3.4.
 */
export const coreLines = ({ dataBits, idBits, writes }: CoreBridgeChoices) => {
  const busBits: number = dataBits
  return module(
    `core_lines_${writes}_d${dataBits}i${idBits}`,
    {
      burst: input(stream(coreBurst(idBits))),
      beat: input(stream(writeBeat(busBits))),
      line: output(stream(writtenLine(idBits))),
    },
    ({ burst, beat, line }) => {
      const bursts = instance(fifo(coreBurst(idBits), writes), 'bursts')
      bursts.from.valid.drive(burst.valid)
      bursts.from.payload.drive(burst.payload)
      burst.ready.drive(bursts.from.ready)
      const current = bursts.to.payload
      const { refused } = extentOf(current, dataBits / 8)

      // --- the beat
      const begun = reg(bit, 0)
      const beats = reg(uint(8))
      const address = reg(uint(32))
      const at = mux(begun, address, current.address)
      const left = mux(begun, beats, current.length)
      const isLast = left.any().not()
      const strobes = mux(refused, literal(busBits / 8, 0), beat.payload.strobes)
      const upper = at.bit(3)
      const none = literal(8, 0)
      const enables: UInt<16> =
        dataBits === 128
          ? strobes.truncate(16)
          : mux(upper, cat(strobes.truncate(8), none), cat(none, strobes.truncate(8)))
      const word = beat.payload.data
      const data: UInt<128> = dataBits === 128 ? word.truncate(128) : cat(word.truncate(64), word.truncate(64))

      // --- the line that it belongs to
      const held = reg(writtenLine(idBits))
      const holds = reg(bit, 0)
      const arrives = beat.valid.and(bursts.to.valid)
      const goesOn = held.end.valid.not().and(held.address.slice(4, 28).eq(at.slice(4, 28)))
      const leaves = holds.and(held.end.valid.or(arrives.and(goesOn.not()))).named('leaves')
      line.valid.drive(leaves)
      line.payload.drive(held)
      const room = holds.not().or(goesOn).or(line.ready)
      beat.ready.drive(bursts.to.valid.and(room))
      bursts.to.ready.drive(beat.fire.and(isLast))

      when(line.fire, () => holds.next(0))
      when(beat.fire, () => {
        const merges = holds.and(goesOn)
        const bytes = Array.from({ length: 16 }, (_, index) =>
          mux(enables.bit(index), data.slice(8 * index, 8), held.data.slice(8 * index, 8)),
        )
        holds.next(1)
        held.next({
          end: { valid: isLast, id: current.id, refused },
          address: cat(at.slice(4, 28), literal(4, 0)),
          enables: enables.or(mux(merges, held.enables, literal(16, 0))),
          data: cat(...bytes.reverse()) as UInt<128>,
        })
        begun.next(isLast.not())
        beats.next(left.subWrap(1))
        address.next(nextBeat(at, current))
      })
    },
  )
}
