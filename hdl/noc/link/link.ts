/** Long links: registers on the way, and credits for what is on it. */
import {
  assert,
  bit,
  bitsFor,
  cat,
  flip,
  implies,
  instance,
  literal,
  memory,
  module,
  mux,
  pack,
  reg,
  struct,
  uint,
  type Bit,
  type UInt,
  unpack,
  when,
} from '#edsl'
import { roundRobin } from '#hdl/lib'
import type { Network } from '#topology'
import { ageBits, channelOf, flitsUnderWay, vcBits } from '../channel.ts'
import { flit } from '../flit.ts'
import { narrowWire } from './narrow-wire.ts'

/** What a cycle of the link carries. */
const wordOf = (vcs: number, aged: boolean) =>
  struct({ valid: bit, vc: uint(vcBits(vcs)), flit, age: uint(aged ? ageBits : 1) })

/** Flits of each virtual channel that a link of so many stages keeps at its end, for one flit per cycle. */
export const linkDepth = (stages: number, underWay: number): number => 2 * stages + 1 + underWay

/**
 * A link of `stages` registers each way. Its end keeps the flits that the receiver has no room for, per virtual channel, and
 * the sender has a credit for each place there, so virtual channels do not wait for each other.
 *
 * Ports: `from` the sender, `to` the receiver; channels of `vcs` virtual channels.
 * Timing: `stages` cycles more than a wire, one flit per cycle; with `phits` above 1 a flit in `phits` cycles, each `phits` cycles
 * later. `room` of `from` comes out of registers; `valid` of `to` depends
 * on `room` of `to` alone.
 * Reset: empty. Sender, link and receiver are reset together.
 * Rejects: RangeError when there are not 1 to 8 stages.
 * Source: NoC sections 10.4, 10.8.
 */
export const link = (network: Network, vcs: number, stages: number) => {
  if (!Number.isInteger(stages) || stages < 1 || stages > 8)
    throw new RangeError(`link(): ${stages} stages are none that a link can have, use 1 to 8`)
  const aged = network.parameters.arbitration === 'age'
  const late = flitsUnderWay(network.parameters)
  const depth = linkDepth(stages, late)
  // Enough for all credits and flits that there could be if some were there twice.
  const totalBits = bitsFor(2 * depth + 2 * stages)
  const { phits } = network.parameters
  const word = wordOf(vcs, aged)
  return module(
    `link_${vcs}x${stages}${phits === 1 ? '' : `_phits${phits}`}`,
    { from: flip(channelOf(network.parameters, vcs)), to: channelOf(network.parameters, vcs) },
    ({ from, to }) => {
      // Forth, through stages - 1 registers; the places at the end are the last one.
      let valid: Bit = from.valid
      let rest = pack(word, { valid: from.valid, vc: from.vc, flit: from.flit, age: from.age ?? 0 } as never)
      const underWay: { readonly moves: Bit; readonly vc: UInt }[] = []
      const narrow = phits === 1 ? undefined : instance(narrowWire(word.bits, phits, stages, late), 'wire')
      if (narrow !== undefined) {
        narrow.valid.drive(valid)
        narrow.word.drive(rest as never)
        valid = narrow.arrives
        rest = narrow.arrived as never
      }
      for (let stage = 1; stage < (narrow === undefined ? stages : 1); stage++) {
        const moves = reg(bit, 0, `valid_${stage}`)
        const held = reg(uint(word.bits), undefined, `word_${stage}`)
        moves.next(valid)
        held.next(rest as never)
        underWay.push({ moves, vc: (unpack(word, held as never) as unknown as { vc: UInt }).vc })
        valid = moves
        rest = held
      }
      const arriving = unpack(word, rest as never) as unknown as { vc: UInt; flit: UInt; age: UInt }

      const placeBits = Math.max(1, Math.ceil(Math.log2(depth)))
      const words = memory(uint(word.bits), vcs * 2 ** placeBits, { read: 'now' })
      const addressOf = (vc: number, place: UInt): UInt =>
        vcs === 1 ? place : cat(literal(bitsFor(vcs - 1), vc), place)
      const ends = Array.from({ length: vcs }, (_, vc) => {
        const first = reg(uint(placeBits), 0, `first_${vc}`)
        const last = reg(uint(placeBits), 0, `last_${vc}`)
        const count = reg(uint(bitsFor(depth)), 0, `count_${vc}`)
        const credits = reg(uint(bitsFor(depth)), depth, `credits_${vc}`)
        return { vc, first, last, count, credits, comes: valid.and(arriving.vc.eq(vc)).named(`comes_${vc}`) }
      })

      const arbiter = instance(roundRobin(vcs), 'turn')
      arbiter.request.drive(cat(...ends.map(({ vc, count }) => count.any().and(to.room.bit(vc))).reverse()))
      arbiter.accepted.drive(1)
      const { grant } = arbiter
      const choose = (value: (end: (typeof ends)[number]) => UInt): UInt =>
        ends.map((end): UInt => mux(grant.bit(end.vc), value(end), 0)).reduce((all, one) => all.or(one))
      const leaving = unpack(word, words.read(choose(({ vc, first }) => addressOf(vc, first))) as never)
      to.valid.drive(grant.any())
      to.vc.drive(leaving.vc)
      to.flit.drive(leaving.flit)
      to.age?.drive(leaving.age as never)

      for (const { vc, first, last, count, credits, comes } of ends) {
        const goes: Bit = grant.bit(vc)
        when(comes, () => {
          words.write(addressOf(vc, last), rest as never)
          last.next(placeAfter(last, depth))
        })
        when(goes, () => first.next(placeAfter(first, depth)))
        when(comes.and(goes.not()), () => count.next(count.addWrap(1)))
        when(goes.and(comes.not()), () => count.next(count.subWrap(1)))

        // Back, through as many registers.
        let back: Bit = goes
        const returning: Bit[] = []
        for (let stage = 0; stage < stages; stage++) {
          const credit = reg(bit, 0, `credit_${vc}_${stage}`)
          credit.next(back)
          returning.push(credit)
          back = credit
        }
        const spends = from.valid.and(from.vc.eq(vc)).named(`spends_${vc}`)
        when(spends.and(back.not()), () => credits.next(credits.subWrap(1)))
        when(back.and(spends.not()), () => credits.next(credits.addWrap(1)))

        // P-9
        assert(comes.not().or(count.ne(depth)), `virtual channel ${vc} never holds more than its places`)
        assert(spends.not().or(credits.any()), `virtual channel ${vc} is sent only with a credit`)
        const inWire: UInt[] = []
        if (narrow !== undefined) {
          const inside = reg(uint(totalBits), 0, `in_wire_${vc}`)
          when(spends.and(comes.not()), () => inside.next(inside.addWrap(1)))
          when(comes.and(spends.not()), () => inside.next(inside.subWrap(1)))
          inWire.push(inside)
          assert(implies(comes, inside.any()), `what comes out of the wire in virtual channel ${vc} went into it`)
        }
        const onTheWay = [...underWay.map((one) => one.moves.and(one.vc.eq(vc))), ...returning]
        const all = onTheWay.reduce<UInt>(
          (sum, one) => sum.addWrap((one as UInt).extend(totalBits)),
          inWire.reduce<UInt>(
            (sum, one) => sum.addWrap(one),
            count.extend(totalBits).addWrap(credits.extend(totalBits)),
          ),
        )
        assert(all.eq(depth), `virtual channel ${vc} has one credit, flit or place under way for each of its places`)
      }
      const open = narrow?.open
      from.room.drive(
        cat(
          ...ends.map(({ credits }) => (open !== undefined ? credits.gt(late).and(open) : credits.gt(late))).reverse(),
        ),
      )
    },
  )
}

/** The place behind one, 0 behind the last. */
const placeAfter = (place: UInt, depth: number): UInt =>
  depth === 2 ** place.expression.bits
    ? place.addWrap(1)
    : mux(place.eq(depth - 1), literal(place.expression.bits, 0), place.addWrap(1))
