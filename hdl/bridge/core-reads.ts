/** A core's reads. */
import {
  bit,
  type Bit,
  bitsFor,
  cat,
  input,
  instance,
  literal,
  memory,
  module,
  mux,
  output,
  pack,
  pick,
  reg,
  stream,
  struct,
  uint,
  type UInt,
  when,
} from '#edsl'
import { fifo, onesOf } from '#hdl/lib'
import { flitBits, headFlit, modes, nocId, readRequest } from '#layout'
import { answerHead, arrivedLine } from './core-answers.ts'
import { coreBurst, extentOf, nextBeat } from './core-beats.ts'
import type { CoreBridgeChoices } from './core-options.ts'
import { runLines } from './line-port.ts'

/** A beat of an answer to the core. */
const readBeat = (idBits: number, dataBits: number) =>
  struct({ id: uint(idBits), error: bit, last: bit, data: uint(dataBits) })

/** Bits of a place among the 256 bytes of a request. */
const placeBits = 8
/** Of a return address the upper bits are 0: it is none of a register. */
const returnBits = 28

/**
 * Asks the network for what a core reads, in pieces of up to 256 aligned bytes, each of which has its room before it is asked
 * for; several are under way, the core gets them in order.
 *
 * Ports: `burst` from the core, `beat` to it; `flit` the requests; `head`, `accepted`, `line`, `aborts` the answers as they
 * come; `own` ids, `target` where requests go.
 * Timing: a beat per cycle; the first one in the cycle after its bytes came. A request per cycle.
 * Errors: a failed answer, one that was cut, or none within the time-out is SLVERR for its beats and all behind them. What the
 * time-out has been for is not accepted any more: return addresses tell one request from those before it.
 * Reset: nothing is under way.
 * Source: NoC section 7.4; TCU section 5.7 (lines of 16 bytes) and 7.9.
 */
export const coreReads = ({ dataBits, idBits, reads, sendTimeoutCycles }: CoreBridgeChoices) => {
  const busBits: number = dataBits
  const slotBits = Math.log2(reads)
  const generationBits = returnBits - placeBits - slotBits
  return module(
    `core_reads_${reads}_d${dataBits}i${idBits}_timeout_${sendTimeoutCycles}`,
    {
      own: input(nocId),
      target: input(nocId),
      burst: input(stream(coreBurst(idBits))),
      beat: output(stream(readBeat(idBits, busBits))),
      flit: output(stream(uint(flitBits))),
      head: input(answerHead),
      accepted: output(bit),
      line: input(arrivedLine),
      aborts: input(bit),
    },
    ({ own, target, burst, beat, flit, head, accepted, line, aborts }) => {
      const order = struct({ refused: bit, burst: coreBurst(idBits) })
      const orders = instance(fifo(order, reads), 'orders')

      // --- requests: the lines of a burst, in pieces
      const address = reg(uint(28))
      const linesLeft = reg(uint(9), 0)
      const idle = linesLeft.any().not()
      const extent = extentOf(burst.payload, dataBits / 8)
      burst.ready.drive(idle.and(orders.from.ready))
      orders.from.valid.drive(burst.valid.and(idle))
      orders.from.payload.drive({ refused: extent.refused, burst: burst.payload })
      when(burst.fire.and(extent.refused.not()), () => {
        address.next(extent.first.slice(4, 28))
        linesLeft.next(extent.last.slice(4, 9).subWrap(extent.first.slice(4, 9)).addWrap(1))
      })
      const inBlock = literal(9, runLines).subWrap(address.truncate(4).extend(9))
      const lines = mux(linesLeft.lt(inBlock), linesLeft, inBlock)

      const slots = Array.from({ length: reads }, (_, index) => ({
        used: reg(bit, 0, `used_${index}`),
        failed: reg(bit, 0, `failed_${index}`),
        generation: reg(uint(generationBits), undefined, `generation_${index}`),
        firstLine: reg(uint(4), undefined, `first_line_${index}`),
        /** Bytes that were asked for, and that came: 0 to 256. */
        wanted: reg(uint(9), undefined, `wanted_${index}`),
        arrived: reg(uint(9), undefined, `arrived_${index}`),
      }))
      const newest = reg(uint(slotBits), 0)
      const oldest = reg(uint(slotBits), 0)
      const generation = reg(uint(generationBits), 0)
      const taken = pick(
        slots.map(({ used }) => used as Bit),
        newest,
      )
      flit.valid.drive(idle.not().and(taken.not()))
      const returnAddress = cat(literal(4, 0), generation, newest, address.truncate(4), literal(4, 0))
      flit.payload.drive(
        pack(headFlit, {
          burst: 0,
          arq: 0,
          bsel: 0xff,
          sourceMod: own.mod,
          sourceChip: own.chip,
          targetMod: target.mod,
          targetChip: target.chip,
          mode: modes.READ_REQ_2,
          address: cat(address, literal(4, 0)),
          data0: pack(readRequest, { size: lines.extend(32).shiftLeft(4), returnAddress: returnAddress as UInt<32> }),
        }),
      )
      when(flit.fire, () => {
        address.next(address.addWrap(lines.extend(28)))
        linesLeft.next(linesLeft.subWrap(lines))
        newest.next(newest.addWrap(1))
        generation.next(generation.addWrap(1))
      })

      // --- answers: whose they are, and where their bytes go
      const placeOf = (at: UInt<32>) => ({
        slot: at.slice(placeBits, slotBits),
        generation: at.slice(placeBits + slotBits, generationBits),
        isOurs: at.slice(returnBits, 4).any().not(),
      })
      const live = (at: UInt<32>, index: number): Bit => {
        const place = placeOf(at)
        const { used, failed, generation: own_ } = slots[index]!
        return used.and(failed.not()).and(place.isOurs).and(place.slot.eq(index)).and(place.generation.eq(own_))
      }
      // The packet in work, for its cut and for a line that leaves after its tail.
      const current = reg(uint(32), 0)
      when(head.valid, () => current.next(head.address))
      const takes = slots.map((slot, index) => {
        const expected = cat(slot.firstLine, literal(4, 0)).extend(9).addWrap(slot.arrived)
        const inOrder = head.address.truncate(placeBits).extend(9).eq(expected)
        const fits = head.bytes.le(slot.wanted.subWrap(slot.arrived).extend(18))
        return live(head.address, index).and(head.failed.or(inOrder.and(fits)))
      })
      accepted.drive(cat(...takes).any())

      const store = memory(uint(128), reads * runLines, { read: 'now' })
      const stores = line.valid.and(cat(...slots.map((_, index) => live(line.address, index))).any())
      when(stores, () => store.write(line.address.slice(4, 4 + slotBits), line.data, line.enables))

      slots.forEach((slot, index) => {
        const asks = flit.fire.and(newest.eq(index))
        const mine = line.valid.and(live(line.address, index))
        const fails = head.valid
          .and(head.failed)
          .and(takes[index]!)
          .or(aborts.and(live(current, index)))
        const complete = slot.arrived.eq(slot.wanted)
        when(mine, () => slot.arrived.next(slot.arrived.addWrap(onesOf(line.enables).extend(9))))
        when(fails, () => slot.failed.next(1))
        if (sendTimeoutCycles > 0) {
          const waited = reg(uint(bitsFor(sendTimeoutCycles)), undefined, `waited_${index}`)
          waited.next(waited.addWrap(1))
          when(asks.or(mine).or(head.valid.and(takes[index]!)), () => waited.next(0)).elseWhen(
            waited.eq(sendTimeoutCycles - 1).and(complete.not()),
            () => slot.failed.next(1),
          )
        }
        when(asks, () => {
          slot.used.next(1)
          slot.failed.next(0)
          slot.generation.next(generation)
          slot.firstLine.next(address.truncate(4))
          slot.wanted.next(lines.shiftLeft(4))
          slot.arrived.next(0)
        })
      })

      // --- beats: in the order of the bursts, each from the oldest request
      const open = reg(bit, 0)
      const answered = reg(order)
      const beatAddress = reg(uint(32))
      const beatsLeft = reg(uint(8))
      const broken = reg(bit)
      const slot = pick(slots, oldest)
      const lineEnd = beatAddress.slice(4, 4).subWrap(slot.firstLine).extend(5).addWrap(1)
      const there = slot.arrived.slice(4, 5).ge(lineEnd)
      const fails = broken.or(there.not())
      const word = store.read(cat(oldest, beatAddress.slice(4, 4)))
      const data = dataBits === 128 ? word : mux(beatAddress.bit(3), word.slice(64, 64), word.slice(0, 64))
      const isLast = beatsLeft.any().not()
      const error = answered.refused.or(fails)
      beat.valid.drive(open.and(answered.refused.or(slot.used.and(there.or(slot.failed)))))
      beat.payload.drive({
        id: answered.burst.id,
        error,
        last: isLast,
        data: mux(error, literal(busBits, 0), data as UInt),
      })

      const following = nextBeat(beatAddress, answered.burst)
      const leavesBlock = answered.burst.kind
        .is('increment')
        .and(following.bit(placeBits).ne(beatAddress.bit(placeBits)))
      const ends = beat.fire.and(isLast)
      when(beat.fire, () => {
        beatAddress.next(following)
        beatsLeft.next(beatsLeft.subWrap(1))
        broken.next(fails)
        when(answered.refused.not().and(isLast.or(leavesBlock)), () => {
          oldest.next(oldest.addWrap(1))
          slots.forEach(({ used }, index) => when(oldest.eq(index), () => used.next(0)))
        })
      })
      orders.to.ready.drive(open.not().or(ends))
      when(orders.to.fire, () => {
        answered.next(orders.to.payload)
        beatAddress.next(orders.to.payload.burst.address)
        beatsLeft.next(orders.to.payload.burst.length)
        broken.next(0)
        open.next(1)
      }).elseWhen(ends, () => open.next(0))
    },
  )
}
