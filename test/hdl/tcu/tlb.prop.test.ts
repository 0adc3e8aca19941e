import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorCodes } from '#layout'
import { simulate } from '#sim/simulate'
import { tlb } from '../../../hdl/tcu/tlb.ts'

interface Entry {
  readonly act: number
  readonly page: bigint
  readonly physicalPage: number
  readonly flags: number
}

type Operation =
  | { readonly kind: 'insert'; readonly entry: Entry }
  | { readonly kind: 'invalidatePage' | 'lookup'; readonly act: number; readonly page: bigint }
  | { readonly kind: 'invalidateAll' }

const seed = 7
const page = fc.constantFrom(0n, 1n, 2n, 3n, 0x8_0000_0000_0000n, 0x8_0000_0000_0001n)
const act = fc.constantFrom(1, 2, 0xfffe)
const key = { act, page }
const entry = fc.record({ ...key, physicalPage: fc.nat(0xfffff), flags: fc.nat(7) })
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert' as const), entry }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('invalidatePage' as const), ...key }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('lookup' as const), ...key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('invalidateAll' as const) }) },
)

const keyOf = ({ act, page }: { readonly act: number; readonly page: bigint }) => ({ act, page })

const open = (entries: number) => {
  const sim = simulate(tlb(entries))
  const { io } = sim
  const none = { act: 0, page: 0n }
  const change = (value: {
    kind: 'insert' | 'invalidatePage' | 'invalidateAll'
    key?: typeof none
    physicalPage?: number
    flags?: number
  }): { error: number; entry: number } => {
    io.change.value = { key: none, physicalPage: 0, flags: 0, ...value }
    io.selects.value = 1
    sim.step()
    io.selects.value = 0
    io.applies.value = 1
    const result = { error: io.error.value, entry: io.entry.value }
    sim.step()
    io.applies.value = 0
    return result
  }
  const lookup = (wanted: typeof none) => {
    io.lookup.value = wanted
    sim.step(2)
    return io.found.value
  }
  return { sim, io, change, lookup }
}

describe.each([1, 4, 5])('a TLB of %i entries', (entries) => {
  test('translates what was inserted, and replaces only what it may', () => {
    const { sim, io, change, lookup } = open(entries)
    const scenario = fc.record({ byActivity: fc.boolean(), operations: fc.array(operation, { maxLength: 40 }) })

    fc.assert(
      fc.property(scenario, ({ byActivity, operations }) => {
        const held = Array.from({ length: entries }, (): Entry | undefined => undefined)
        const hits = (wanted: { act: number; page: bigint }): readonly number[] =>
          held.flatMap((one, index) =>
            one?.page === wanted.page && (!byActivity || one.act === wanted.act) ? [index] : [],
          )
        io.restart.value = 1
        sim.step()
        io.restart.value = 0
        io.byActivity.value = byActivity ? 1 : 0
        for (const one of operations) {
          if (one.kind === 'lookup') {
            const found = lookup(keyOf(one))
            const there = held[hits(one)[0] ?? -1]
            expect(found.hit).toBe(there === undefined ? 0 : 1)
            if (there !== undefined)
              expect(found).toEqual({
                hit: 1,
                read: there.flags & 1,
                write: (there.flags >> 1) & 1,
                physicalPage: there.physicalPage,
              })
          } else if (one.kind === 'insert') {
            const { error, entry: place } = change({
              kind: 'insert',
              key: keyOf(one.entry),
              physicalPage: one.entry.physicalPage,
              flags: one.entry.flags,
            })
            const old = hits(one.entry)[0]
            const mayGo = held.flatMap((there, index) => (((there?.flags ?? 0) & 4) === 0 ? [index] : []))
            const free = held.flatMap((there, index) => (there === undefined ? [index] : []))
            const allowed = old !== undefined ? [old] : free.length > 0 ? free : mayGo
            expect(error).toBe(allowed.length === 0 ? errorCodes.TLB_FULL : errorCodes.NONE)
            if (allowed.length === 0) continue
            expect(allowed).toContain(place)
            held[place] = one.entry
          } else if (one.kind === 'invalidatePage') {
            const gone = hits(one)
            const { error } = change({ kind: 'invalidatePage', key: keyOf(one) })
            expect(error).toBe(gone.length === 0 ? errorCodes.TLB_MISS : errorCodes.NONE)
            for (const index of gone) held[index] = undefined
          } else {
            change({ kind: 'invalidateAll' })
            held.forEach((there, index) => {
              if (((there?.flags ?? 0) & 4) === 0) held[index] = undefined
            })
          }
        }
      }),
      { seed, numRuns: 60 },
    )
  })
})

test('entries that are not fixed are evicted in turn', () => {
  const { change } = open(4)
  const insert = (page: bigint, flags: number) =>
    change({ kind: 'insert', key: { act: 0, page }, physicalPage: 0, flags })
  for (const page of [0n, 1n, 2n, 3n]) insert(page, page === 1n ? 7 : 3)

  const places = [10n, 11n, 12n, 13n].map((page) => insert(page, 3).entry)

  expect(new Set(places)).toEqual(new Set([0, 2, 3]))
})
