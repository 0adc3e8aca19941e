/** P-1, P-2, P-3, P-8, P-9 and P-13 of NoC section 11.1 for the buffer at an input of a router. */
import {
  assert,
  bit,
  bitsFor,
  cat,
  cover,
  elaborate,
  implies,
  input,
  instance,
  module,
  mux,
  reg,
  uint,
  type UInt,
  when,
} from '#edsl'
import { flit, flitsUnderWay, vcBits } from '#hdl/noc'
import type { Design } from '#ir'
import type { NetworkParameters } from '#topology'
import type { RouteKey } from '../../../../hdl/noc/router/route-table.ts'
import { vcBuffer } from '../../../../hdl/noc/router/vc-buffer.ts'
import { owed } from './surgery.ts'

type Counter = UInt & { next(value: UInt): void }

/** Bits of a flit that are watched: the highest, which says whether more follow, and one of the data. */
const markBit = 0

/**
 * A buffer with a sender that keeps to `room` and does whatever it likes otherwise, and a reader that takes any front. One
 * flit, any, is marked: it alone has a 1 in a bit of its data. How many flits are before it is counted outside.
 */
export const bufferProof = (parameters: NetworkParameters, vcs: number, key: RouteKey): Design => {
  const { depth } = parameters
  const late = flitsUnderWay(parameters) === 1
  const rules = module(
    'buffer_rules',
    {
      offer: input(bit),
      vc: input(uint(vcBits(vcs))),
      sent: input(flit),
      mark: input(bit),
      show: input(uint(vcBits(vcs))),
      take: input(bit),
    },
    ({ offer, vc, sent, mark, show, take }) => {
      const buffer = instance(vcBuffer(parameters, Array<boolean>(vcs).fill(true), key), 'buffer')
      const used = uint(bitsFor(depth))
      const places = uint(bitsFor(depth - 1))
      const after = (at: UInt): UInt => mux(at.ne((depth - 1) as never), at.addWrap(1), 0 as never)
      const roomNow: UInt = buffer.from.room
      const room = late ? roomSeen(roomNow, vcs) : roomNow
      const comes = offer.and(room.bit(vc)).named('comes')
      const inside = reg(bit, 0)
      const gone = reg(bit, 0)
      const isMarked = comes.and(mark).and(inside.not()).and(gone.not()).named('is_marked')

      buffer.from.valid.drive(comes)
      buffer.from.vc.drive(vc)
      buffer.from.flit.drive(cat(sent.slice(1, 137), isMarked) as never)
      const shows = Array.from({ length: vcs }, (_, one) => show.eq(one as never))
      const goes = shows.map((here, one) => here.and(take).and(buffer.fronts[one]!.valid))
      buffer.show.drive(cat(...shows.toReversed()) as never)
      buffer.take.drive(cat(...goes.toReversed()) as never)

      const counts = shows.map((_, one) => {
        const count = reg(used, 0, `stored_${one}`) as unknown as Counter
        const [first, last] = ['first', 'last'].map(
          (name) => reg(places, 0, `${name}_${one}`) as unknown as Counter,
        ) as [Counter, Counter]
        const [up, down] = [comes.and(vc.eq(one as never)), goes[one]!]
        when(up, () => last.next(after(last)))
        when(down, () => first.next(after(first)))
        when(up.and(down.not()), () => count.next(count.addWrap(1)))
        when(down.and(up.not()), () => count.next(count.subWrap(1)))
        assert(count.le(depth), `P-9: virtual channel ${one} holds no more than its depth`)
        assert(
          buffer.fronts[one]!.valid.eq(count.any()),
          `P-1, P-2: virtual channel ${one} shows a flit while one is stored`,
        )
        assert(
          roomNow.bit(one).eq(count.le(depth - 1 - (late ? 1 : 0))),
          `P-9: virtual channel ${one} has room while one more fits`,
        )
        cover(count.eq(depth as never), `virtual channel ${one} is full`)
        return { first, last }
      })

      const markedVc = reg(uint(vcBits(vcs)), 0)
      const markedMore = reg(bit, 0)
      const markedKey = reg(uint(Math.max(1, key.places.length)), 0)
      const place = reg(places, 0) as unknown as Counter
      const own = (of: readonly UInt[], at: UInt): UInt =>
        of.map((value, one): UInt => mux(at.eq(one as never), value, 0)).reduce((all, one) => all.or(one))
      const firsts = counts.map(({ first }) => first)
      const goesNow = (of: UInt) =>
        goes.map((here, one) => here.and(of.eq(one as never))).reduce((any, one) => any.or(one))
      const due = inside.and(own(firsts, markedVc).eq(place)).and(goesNow(markedVc)).named('due')
      when(isMarked, () => {
        inside.next(1)
        markedVc.next(vc as never)
        markedMore.next(sent.bit(137))
        const found = key.of(sent)
        if (found !== undefined) markedKey.next(found as never)
        place.next(
          own(
            counts.map(({ last }) => last),
            vc,
          ),
        )
      }).elseWhen(due, () => {
        inside.next(0)
        gone.next(1)
      })

      const taken = goes.reduce((any, one) => any.or(one))
      assert(
        implies(taken, buffer.flit.bit(markBit).eq(due)),
        'P-1, P-2, P-3, P-8: the marked flit leaves when its turn comes, and at no other time',
      )
      shows.forEach((_, one) => {
        const first = inside.and(firsts[one]!.eq(place)).and(markedVc.eq(one as never))
        const front = buffer.fronts[one]! as unknown as { valid: UInt; more: UInt; key: UInt }
        assert(
          implies(first, buffer.fronts[one]!.valid.and(buffer.fronts[one]!.more.eq(markedMore))),
          `P-1, P-3: virtual channel ${one} shows the marked flit, and whether more follow`,
        )
        if (key.places.length > 0)
          assert(
            implies(first, front.key.eq(markedKey as never)),
            `P-3: virtual channel ${one} shows the key of the marked flit`,
          )
      })
      cover(gone, 'a marked flit has left')
      cover(
        inside.and(
          own(firsts, markedVc)
            .addWrap(depth - 1)
            .eq(place),
        ),
        'a marked flit waits behind as many as there can be',
      )
    },
  )
  return owed(elaborate(rules))
}

const roomSeen = (room: UInt, vcs: number): UInt => {
  const seen = reg(uint(vcs), 0, 'room_seen')
  seen.next(room as never)
  return seen
}
