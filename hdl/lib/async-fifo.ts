/** Queues from one clock to another. */
import {
  allow,
  assert,
  bit,
  inDomain,
  input,
  memory,
  module,
  output,
  pack,
  past,
  reg,
  type Shape,
  stream,
  uint,
  type UInt,
  unpack,
  when,
  type Width,
} from '#edsl'
import { read, write } from './crossing-domains.ts'
import { give } from './generic-payload.ts'
import { fromGray, toGray } from './gray.ts'
import { shapeName } from './shape-name.ts'
import { offerStays } from './stream-rules.ts'

/**
 * Hands payloads on from domain `write` to domain `read` in the order in which they came, holding up to `depth` of them:
 * `instance(asyncFifo(uint(8), 16), { domains: { write: main, read: pixel } })`.
 *
 * Each side counts its payloads, and the other side sees the count in Gray code through two registers: at whatever moment it
 * looks, it sees the old count or the new one. What is seen too late keeps a payload waiting, and does no harm.
 *
 * Ports: `from` the payloads, in domain `write`; `to` the payloads, in domain `read`.
 * Timing: one payload per cycle of the slower clock from a depth of 8 on. A payload can leave after three to four cycles of
 * `read`; a place is free again after two to three cycles of `write`.
 * Reset: empty. Both domains are reset together, for two cycles of each at the same time.
 * Rejects: RangeError when `depth` is not a power of two, or below 2.
 */
export const asyncFifo = <const S extends Shape>(shape: S, depth: number) => {
  const addressBits = Math.log2(depth)
  if (!Number.isInteger(addressBits) || depth < 2)
    throw new RangeError(`asyncFifo(): a depth of ${depth} is no power of two, use 2, 4, 8, ...`)
  // One bit more than an address: counts that differ by the depth have the same address, and are told apart.
  const count = uint(addressBits + 1)
  const crossing = 'Gray code changes in one bit: the old count or the new one is seen'
  return module(
    `async_fifo_${shapeName(shape)}x${depth}`,
    { from: input(stream(shape), { domain: write }), to: output(stream(shape), { domain: read }) },
    ({ from, to }) => {
      allow('HDL-0504', 'a word is read only after the count of its write has crossed')
      const words = memory(uint(shape.bits), depth, { read: 'next', during: 'never' })
      const writtenGray = reg(count, 0, { domain: write })
      const readGray = reg(count, 0, { domain: read })

      inDomain(write, () => {
        const written = reg(count, 0)
        const next = written.addWrap(from.fire.extend(addressBits + 1)).named('written_next')
        written.next(next)
        writtenGray.next(toGray(next))
        when(from.fire, () => words.write(written.truncate(addressBits), pack(shape, from.payload as never)))

        const early = reg(count, 0, { name: 'read_early', crossing })
        const seen = reg(count, 0, { name: 'read_seen' })
        early.next(readGray)
        seen.next(early)
        // Full is a whole round ahead: in Gray code the two highest bits differ, and no other.
        from.ready.drive(writtenGray.ne(seen.xor(3 << (addressBits - 1))))

        assert(written.subWrap(fromGray(seen)).le(depth), 'never holds more than its depth')
        assert(oneBitAtMost(writtenGray.xor(past(writtenGray))), 'the count of writes changes in one bit at a time')
      })

      inDomain(read, () => {
        const early = reg(count, 0, { name: 'written_early', crossing })
        const seen = reg(count, 0, { name: 'written_seen' })
        early.next(writtenGray)
        seen.next(early)

        const taken = reg(count, 0)
        const next = taken.addWrap(to.fire.extend(addressBits + 1)).named('taken_next')
        const nextGray = toGray(next)
        taken.next(next)
        readGray.next(nextGray)
        const more = nextGray.ne(seen).named('more')
        const shown = reg(bit, 0)
        shown.next(more)
        const word = words.read(next.truncate(addressBits), { enable: more })
        to.valid.drive(shown)
        give(to.payload, unpack(shape, word as UInt<Width<S['bits']>>))

        assert(fromGray(seen).subWrap(taken).le(depth), 'never takes what was not written')
        assert(oneBitAtMost(readGray.xor(past(readGray))), 'the count of reads changes in one bit at a time')
        assert(offerStays(to), 'what is offered stays until it is taken')
      })
    },
  )
}

const oneBitAtMost = (bits: UInt) => bits.and(bits.subWrap(1)).eq(0)
