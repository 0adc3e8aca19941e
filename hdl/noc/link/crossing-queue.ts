/** Flits of one class from one clock to another, across which each side may be reset alone. */
import {
  allow,
  assert,
  bit,
  inDomain,
  input,
  literal,
  memory,
  module,
  mux,
  output,
  past,
  reg,
  stream,
  uint,
  when,
} from '#edsl'
import { bodyFlit } from '#layout'
import { fromGray, toGray } from '#hdl/lib'
import { pack } from '#edsl'
import { domain } from '#edsl'
import { flit, isTail } from '../flit.ts'

const write = domain('write')
const read = domain('read')

/**
 * A queue of `depth` flits from domain `write` to domain `read`. When the sides have to begin anew in the middle of a packet, its
 * rest is taken and forgotten to its tail at the writing side, and a tail of bsel 0x00 ends it at the reading side; each side for
 * the packet that it knows of. Whoever was reset itself knows of none.
 *
 * Ports: `from`, `to` packets; per side `active` and `clears` of a `resetHandshake`.
 * Timing: a flit can leave three cycles of `read` after it came, when the clocks are equal; one flit per cycle of the slower clock
 * from a depth of 8 on.
 * Reset: of either side alone, together with that of its side of the handshake.
 * Rejects: RangeError when `depth` is no power of two, or below 2.
 * Source: NoC sections 10.8, 11.1 (P-16).
 */
export const crossingQueue = (depth: number) => {
  const addressBits = Math.log2(depth)
  if (!Number.isInteger(addressBits) || depth < 2)
    throw new RangeError(`crossingQueue(): a depth of ${depth} is no power of two, use 2, 4, 8, ...`)
  const count = uint(addressBits + 1)
  const crossing = 'Gray code changes in one bit: the old count or the new one is seen'
  return module(
    `crossing_queue_${depth}`,
    {
      from: input(stream(flit), { domain: write }),
      writeActive: input(bit, { domain: write }),
      writeClears: input(bit, { domain: write }),
      to: output(stream(flit), { domain: read }),
      readActive: input(bit, { domain: read }),
      readClears: input(bit, { domain: read }),
    },
    ({ from, writeActive, writeClears, to, readActive, readClears }) => {
      allow('HDL-0504', 'a word is read only after the count of its write has crossed')
      allow('HDL-0503', 'a count is cleared only while the other side does not look at it')
      const words = memory(flit, depth, { read: 'now' })
      // Counts outlive a reset of their side: they are cleared when the other side has stopped.
      const writtenGray = reg(count, undefined, { domain: write, name: 'written_gray' })
      const takenGray = reg(count, undefined, { domain: read, name: 'taken_gray' })

      inDomain(write, () => {
        const written = reg(count)
        const inside = reg(bit, 0, 'write_inside')
        const forgets = reg(bit, 0)
        const early = reg(count, undefined, { name: 'taken_early', crossing })
        const seen = reg(count, undefined, { name: 'taken_seen' })
        early.next(takenGray)
        seen.next(early)

        // Full is a whole round ahead: in Gray code the two highest bits differ, and no other.
        const full = writtenGray.eq(seen.xor(3 << (addressBits - 1)))
        const torn = forgets.or(inside.and(writeActive.not())).named('torn')
        const stores = from.fire.and(torn.not()).named('stores')
        from.ready.drive(torn.or(writeActive.and(full.not())))
        const next = written.addWrap(stores.extend(addressBits + 1)).named('written_next')
        written.next(mux(writeClears, literal(addressBits + 1, 0), next))
        writtenGray.next(mux(writeClears, literal(addressBits + 1, 0), toGray(next)))
        when(stores, () => words.write(written.truncate(addressBits), from.payload))
        when(from.fire, () => inside.next(isTail(from.payload).not()))
        forgets.next(torn.and(from.fire.and(isTail(from.payload)).not()))

        const changed = writtenGray.xor(past(writtenGray))
        assert(
          past(writeClears).or(changed.and(changed.subWrap(1)).eq(0)),
          'the count of what was written changes in one bit',
        )
        const used = written.subWrap(fromGray(seen))
        assert(writeActive.not().or(used.le(depth)), 'never holds more than its depth')
      })

      inDomain(read, () => {
        const taken = reg(count)
        const inside = reg(bit, 0, 'read_inside')
        const ends = reg(bit, 0)
        const early = reg(count, undefined, { name: 'written_early', crossing })
        const seen = reg(count, undefined, { name: 'written_seen' })
        early.next(writtenGray)
        seen.next(early)

        const broken = ends.or(inside.and(readActive.not())).named('broken')
        const more = takenGray.ne(seen).and(readActive)
        to.valid.drive(broken.or(more))
        to.payload.drive(
          mux(
            broken,
            pack(bodyFlit, { burst: 0, arq: 0, bsel: 0, data1: 0, data0: 0 }),
            words.read(taken.truncate(addressBits)),
          ),
        )
        const takes = to.fire.and(broken.not()).named('takes')
        const next = taken.addWrap(takes.extend(addressBits + 1)).named('taken_next')
        taken.next(mux(readClears, literal(addressBits + 1, 0), next))
        takenGray.next(mux(readClears, literal(addressBits + 1, 0), toGray(next)))
        when(to.fire, () => inside.next(broken.or(isTail(to.payload)).not()))
        ends.next(broken.and(to.fire.not()))

        const changed = takenGray.xor(past(takenGray))
        assert(
          past(readClears).or(changed.and(changed.subWrap(1)).eq(0)),
          'the count of what was taken changes in one bit',
        )
        assert(readActive.not().or(fromGray(seen).subWrap(taken).le(depth)), 'never takes what was not written')
      })
    },
  )
}
