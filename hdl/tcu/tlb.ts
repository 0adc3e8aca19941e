/** The TLB: from pages that an activity sees to physical ones. */
import {
  assert,
  bit,
  cat,
  input,
  literal,
  memory,
  module,
  mux,
  oneOf,
  onehotIndex,
  output,
  lowestOne,
  reg,
  struct,
  uint,
  type UInt,
  when,
} from '#edsl'
import { errorCodes, translationFlags } from '#layout'

/** Which page of which activity. */
const pageKey = struct({ act: uint(16), page: uint(52) })

/** What a lookup found. */
export const translation = struct({ hit: bit, read: bit, write: bit, physicalPage: uint(20) })

/** A change of the TLB. Section 5.2. */
export const tlbChange = struct({
  kind: oneOf('invalidatePage', 'invalidateAll', 'insert'),
  key: pageKey,
  physicalPage: uint(20),
  flags: uint(3),
})

/**
 * Translates pages, fully associative. One key is compared with all entries per cycle: that of a change in a cycle in which
 * `selects` is 1, else that of the lookup. Both belong to turns at the registers, so nothing changes in between.
 *
 * Ports: `lookup` the key; `byActivity` compares the activity as well; `found` what it has; `change` with `selects`, and with
 * `applies` one cycle later, when `error` and `entry` (the one that an insertion writes) are there; `restart` empties it.
 * Timing: `found` belongs to the key of two cycles before.
 * Reset: empty.
 * Source: TCU interface 2.0.1, sections 5.2 and 5.3, DEV-8.
 */
export const tlb = (entries: number) => {
  const indexBits = Math.max(1, Math.ceil(Math.log2(entries)))
  return module(
    `tlb_${entries}`,
    {
      byActivity: input(bit),
      lookup: input(pageKey),
      found: output(translation),
      change: input(tlbChange),
      selects: input(bit),
      applies: input(bit),
      error: output(uint(5)),
      entry: output(uint(16)),
      restart: input(bit),
    },
    (ports) => {
      const { change, applies } = ports
      const valid = reg(uint(entries), 0)
      const fixed = reg(uint(entries), 0)
      const keys = Array.from({ length: entries }, (_, index) => reg(pageKey, undefined, `key${index}`))
      const data = memory(struct({ read: bit, write: bit, physicalPage: uint(20) }), 2 ** indexBits, { read: 'now' })

      // --- compare, then look up
      const key = mux(ports.selects, change.key, ports.lookup)
      const same = keys.map(({ act, page }) => page.eq(key.page).and(act.eq(key.act).or(ports.byActivity.not())))
      const matches = reg(uint(entries))
      matches.next(cat(...same.reverse()).and(valid))
      const first = lowestOne(matches)
      const index = indexOf(first, indexBits)
      const found = reg(translation)
      found.next({ hit: matches.any(), ...data.read(index) })
      ports.found.drive(found)

      // --- where an insertion goes: in place, else into the lowest free entry, else in turn into one that is not fixed
      const victim = reg(uint(entries), 1)
      const open = fixed.not()
      const behind = victim.subWrap(1).not()
      const later = open.and(behind)
      const evicted = mux(later.any(), lowestOne(later), lowestOne(open))
      const free = valid.not()
      const place = mux(matches.any(), first, mux(free.any(), lowestOne(free), evicted))
      const placeIndex = indexOf(place, indexBits)
      const full = matches.any().not().and(free.any().not()).and(open.any().not())
      const inserts = applies.and(change.kind.is('insert')).and(full.not())
      const { flags } = change
      const flag = (name: keyof typeof translationFlags) => flags.and(translationFlags[name]).any()

      when(inserts, () => {
        valid.next(valid.or(place))
        fixed.next(mux(flag('fixed'), fixed.or(place), fixed.and(place.not())))
        keys.forEach((entry, at) => when(place.bit(at), () => entry.next(change.key)))
        data.write(placeIndex, { read: flag('read'), write: flag('write'), physicalPage: change.physicalPage })
        victim.next(entries === 1 ? place : cat(place.truncate(entries - 1), place.bit(entries - 1)))
      })
      when(applies.and(change.kind.is('invalidatePage')), () => {
        valid.next(valid.and(matches.not()))
        fixed.next(fixed.and(matches.not()))
      })
      when(applies.and(change.kind.is('invalidateAll')), () => valid.next(valid.and(fixed)))
      when(ports.restart, () => {
        valid.next(0)
        fixed.next(0)
      })
      ports.entry.drive(mux(inserts, placeIndex.extend(16), literal(16, 0)))
      ports.error.drive(
        mux(
          change.kind.is('insert').and(full),
          literal(5, errorCodes.TLB_FULL),
          mux(
            change.kind.is('invalidatePage').and(matches.any().not()),
            literal(5, errorCodes.TLB_MISS),
            literal(5, errorCodes.NONE),
          ),
        ),
      )

      assert(fixed.and(valid.not()).eq(0), 'only entries that are there are fixed')
      assert(inserts.not().or(place.any().and(place.and(place.subWrap(1)).eq(0))), 'writes exactly one entry')
      assert(inserts.not().or(matches.any()).or(place.and(valid).and(fixed).eq(0)), 'never evicts a fixed entry')
    },
  )
}

const indexOf = (place: UInt, bits: number): UInt =>
  place.width === 1 ? literal(bits, 0) : onehotIndex(place).extend(bits).truncate(bits)
