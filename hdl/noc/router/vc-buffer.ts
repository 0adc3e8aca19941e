/** Where flits wait at an input of a router. */
import {
  allow,
  assert,
  assume,
  bit,
  type Bit,
  bitsFor,
  cat,
  flip,
  implies,
  input,
  literal,
  memory,
  module,
  mux,
  output,
  reg,
  struct,
  uint,
  type UInt,
  when,
} from '#edsl'
import { ageBits, channelOf, flitsUnderWay } from '../channel.ts'
import { flit, isTail } from '../flit.ts'
import type { NetworkParameters } from '#topology'
import { anyOf, atLeast, atMostOne } from './ranking.ts'
import type { RouteKey } from './route-table.ts'

/** What is known of the flit at the front of a virtual channel. */
export const front = (key: RouteKey) => struct({ valid: bit, more: bit, key: uint(Math.max(1, key.places.length)) })

/**
 * Keeps the flits that come in at an input, up to `depth` of each virtual channel in the order in which they came, all of
 * them in one memory with one write and one read port.
 *
 * Ports: `from` the channel; `fronts` per virtual channel: whether a flit waits, whether more of its packet follow, and its
 * key if it is a head; `show` the channel that is read, one-hot or zero; `take` the channel whose front leaves, one-hot or
 * zero; `flit` the front of the shown channel, with pipeline `two` one cycle later; with the policy `age`
 * also `ages` of all fronts, and `age` beside `flit`.
 * Timing: a flit can leave in the cycle after it came. `room` and `fronts` come out of registers and small memories.
 * Reset: empty.
 * Source: NoC sections 10.3, 10.4, 12.4.
 */
export const vcBuffer = (parameters: NetworkParameters, usable: readonly boolean[], key: RouteKey) => {
  const { depth, pipeline, arbitration } = parameters
  const vcs = usable.length
  const spare = flitsUnderWay(parameters)
  const aged = arbitration === 'age'
  const used = usable.flatMap((one, vc) => (one ? [vc] : []))
  const placeBits = Math.max(1, Math.ceil(Math.log2(depth)))
  const keyName = key.places.length > 0 ? `_key${key.places.join('')}` : ''
  return module(
    `vc_buffer_${used.length === vcs ? vcs : `${vcs}_${used.join('')}_`}x${depth}${keyName}${pipeline === 'two' ? '_two' : ''}${aged ? '_aged' : ''}`,
    {
      from: flip(channelOf(parameters, vcs)),
      fronts: usable.map(() => output(front(key))),
      show: input(uint(vcs)),
      take: input(uint(vcs)),
      flit: output(flit),
      ...(aged && { ages: usable.map(() => output(uint(ageBits))), age: output(uint(ageBits)) }),
    },
    (ports) => {
      const { from, fronts, show, take } = ports
      const words = memory(flit, used.length * 2 ** placeBits, { read: 'now' })
      const clock = aged ? reg(uint(ageBits + 1), 0, 'clock') : undefined
      clock?.next(clock.addWrap(1))
      const note = struct({
        more: bit,
        key: uint(Math.max(1, key.places.length)),
        ...(aged && { stamp: uint(ageBits + 1) }),
      })
      const addressOf = (vc: number, place: UInt): UInt =>
        used.length === 1 ? place : literal(bitsFor(used.length - 1), used.indexOf(vc)).cat(place)

      const begun = reg(bit, 0)
      begun.next(1)
      const rooms: Bit[] = []
      const writeAddresses: { readonly here: Bit; readonly address: UInt }[] = []
      const ages: { readonly here: Bit; readonly address: UInt }[] = []
      const readAddresses: { readonly here: Bit; readonly address: UInt }[] = []
      usable.forEach((isUsed, vc) => {
        const one = fronts[vc]!
        if (!isUsed) {
          rooms.push(literal(1, 0))
          one.drive({ valid: 0, more: 0, key: 0 })
          ;(ports as { ages?: { drive(age: number): void }[] }).ages?.[vc]?.drive(0)
          return
        }
        const notes = memory(note, 2 ** placeBits, { read: 'now', name: `notes_${vc}` })
        const first = reg(uint(placeBits), 0, `first_${vc}`)
        const last = reg(uint(placeBits), 0, `last_${vc}`)
        const count = reg(uint(bitsFor(depth)), 0, `count_${vc}`)
        const waits = reg(bit, 0, `waits_${vc}`)
        const room = reg(bit, 1, `room_${vc}`)
        const comes = from.valid.and(from.vc.eq(vc)).named(`comes_${vc}`)
        const goes = take.bit(vc).named(`goes_${vc}`)

        when(comes, () => {
          notes.write(last, {
            more: isTail(from.flit).not(),
            key: key.of(from.flit) ?? 0,
            ...(clock !== undefined && {
              stamp: clock.subWrap((ports.from as { age?: UInt }).age!.extend(ageBits + 1)),
            }),
          })
          last.next(placeAfter(last, depth) as never)
        })
        when(goes, () => first.next(placeAfter(first, depth) as never))
        when(comes.and(goes.not()), () => count.next((count as UInt).addWrap(1) as never))
        when(goes.and(comes.not()), () => count.next((count as UInt).subWrap(1) as never))
        waits.next(comes.or(mux(goes, count.ne(1 as never), waits)))
        // Room for one more, besides those that may be under way.
        const most = depth - 1 - spare
        const fits = (limit: number): Bit => (limit < 0 ? literal(1, 0) : atLeast(count, limit + 1).not())
        room.next(mux(comes, mux(goes, fits(most), fits(most - 1)), mux(goes, fits(most + 1), fits(most))))

        rooms.push(room)
        writeAddresses.push({ here: comes, address: addressOf(vc, last) })
        readAddresses.push({ here: show.bit(vc), address: addressOf(vc, first) })
        const seen = notes.read(first) as unknown as { more: Bit; key: UInt; stamp?: UInt }
        one.drive({ valid: waits, more: seen.more, key: seen.key })
        if (clock !== undefined && seen.stamp !== undefined) {
          const waited: UInt = (clock as UInt).subWrap(seen.stamp)
          const age = waited.clamp(ageBits).named(`age_${vc}`)
          ;(ports as { ages?: { drive(age: UInt): void }[] }).ages![vc]!.drive(age)
          ages.push({ here: show.bit(vc), address: age })
        }

        assume(implies(comes, (count as UInt).ne(depth)), `virtual channel ${vc} gets flits only when there is room`)
        if (depth === 2 ** placeBits)
          assert(
            last.subWrap(first).eq((count as UInt).truncate(placeBits)),
            `the flits of virtual channel ${vc} are between its two places`,
          )
        assert(begun.or(waits.not().and(room)), `virtual channel ${vc} is empty after reset`)
        if (depth < 2 ** bitsFor(depth) - 1)
          assert((count as UInt).le(depth), `virtual channel ${vc} never holds more than its depth`)
        assert(waits.eq(count.any()), `virtual channel ${vc} shows a flit exactly when it holds one`)
        assert(implies(goes, waits), `virtual channel ${vc} is read only when it holds a flit`)
        assert(room.eq((count as UInt).le(most)), `virtual channel ${vc} has room exactly when one more fits`)
      })
      assume(
        implies(from.valid, anyOf(used.map((vc) => from.vc.eq(vc)))),
        'flits come in virtual channels that packets use',
      )
      if (used.length > 1) assert(atMostOne(used.map((vc) => take.bit(vc))), 'one flit leaves at most')

      if (used.length < 2) allow('HDL-0305', 'the only virtual channel is always shown', show)
      from.room.drive(cat(...rooms.toReversed()))
      when(anyOf(writeAddresses.map(({ here }) => here)), () => words.write(chosen(writeAddresses), from.flit))
      const address = chosen(readAddresses)
      const at = pipeline === 'two' ? reg(uint(address.expression.bits), undefined, 'read_at') : undefined
      at?.next(address as never)
      ports.flit.drive(words.read(at ?? address) as never)
      if (aged) {
        const age = chosen(ages)
        const kept = pipeline === 'two' ? reg(uint(ageBits), undefined, 'age_at') : undefined
        kept?.next(age as never)
        ;(ports as { age?: { drive(age: UInt): void } }).age!.drive(kept ?? age)
      }
    },
  )
}

/** The address of whoever is chosen; the only one of a single one. */
const chosen = (choices: readonly { readonly here: Bit; readonly address: UInt }[]): UInt => {
  const [only] = choices
  if (choices.length === 1 && only) return only.address
  return choices.map(({ here, address }): UInt => mux(here, address, 0)).reduce((all, one) => all.or(one))
}

/** The place behind one, 0 behind the last. */
const placeAfter = (place: UInt, depth: number): UInt =>
  depth === 2 ** place.expression.bits ? place.addWrap(1) : mux(place.ne(depth - 1), place.addWrap(1), 0)
