import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createNetworkReplay, Difference, type StepRecord } from '#model'
import { gridModules, meshSystem, type NetworkDescription } from '#topology'
import { type Behaviour, guardsIn, recordTraffic, type Seen } from './support/hostile-modules.ts'

const long = process.env.TESSERA_LONG === '1'
const guards = { tx: 12, rx: 30 }

const fourClasses = { ...meshSystem({ columns: 2, rows: 1, kind: 'cached' }), network: { guards } }
const withHost = {
  ...{ name: 'hosted', chip: 0, columns: 2, rows: 1, network: { guards } },
  modules: [...gridModules(2, 1, 1), { kind: 'host', name: 'host', mod: 0x21 }],
}
const systems: readonly (readonly [string, NetworkDescription])[] = [
  ['a host that has packets of its own chip', withHost],
  ['four classes', fourClasses],
  [
    'four classes on two planes, with ages and routers of two cycles',
    {
      ...fourClasses,
      network: {
        guards,
        pipeline: 'two',
        arbitration: 'age',
        counters: false,
        planes: [
          [0, 2],
          [1, 3],
        ],
      },
    },
  ],
  [
    'a ring with datelines and four virtual channels per class',
    {
      ...{ name: 'ring_3', chip: 5, columns: 3, rows: 1, modules: gridModules(3, 1, 1) },
      network: { topology: { kind: 'ring', routers: 3 }, guards, classes: 2, vcsPerClass: 4, counters: false },
    },
  ],
  ['rate limits', { ...meshSystem({ columns: 2, rows: 1 }), network: { guards, rateLimit: { flits: 64, burst: 8 } } }],
]

/** What the model says to a run: nothing when it agrees. */
const findings = (system: NetworkDescription, { records, counters }: Seen): readonly string[] => {
  const replay = createNetworkReplay(system)
  try {
    for (const record of records) replay.apply(record)
  } catch (error) {
    if (!(error instanceof Difference)) throw error
    return [error.message]
  }
  const found = replay.lost > 0 ? [`${replay.lost} flits never arrived`] : []
  for (const { name } of system.modules) {
    const expected = { ...replay.counts(name), misdelivered: 0 }
    for (const [counter, value] of Object.entries(expected))
      if (counters.get(name)?.[counter] !== value)
        found.push(`${name} has counted ${counters.get(name)?.[counter]} as ${counter} instead of ${value}`)
  }
  return found
}

const behaviour = fc.record({
  seed: fc.nat(),
  cycles: fc.constant(long ? 3000 : 400),
  hostile: fc.constantFrom(0, 0.5),
  silent: fc.constantFrom(0, 0.05),
  asleep: fc.constantFrom(0, 0.01),
  longest: fc.constantFrom(3, 9),
})

describe('hardware and golden model of the network agree on what modules without any rule do', () => {
  test.each(systems)(
    'with %s',
    (_, system) => {
      fc.assert(
        fc.property(behaviour, (given) => {
          expect(findings(system, recordTraffic(system, given))).toEqual([])
        }),
        { seed: 3, numRuns: long ? 60 : 2, endOnFailure: !long },
      )
    },
    600_000,
  )
})

const hostile: Behaviour = { seed: 5, cycles: 800, hostile: 0.5, silent: 0.05, asleep: 0.01, longest: 6 }

describe('a run with guards that fire in four classes', () => {
  const seen = recordTraffic(fourClasses, hostile)

  test('has packets of all classes, wrong ones of every kind, and all guards', () => {
    const { stopped, refused, dropped } = guardsIn(seen)
    const sums = new Map<string, number>()
    for (const counts of seen.counters.values())
      for (const [name, value] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + value)

    expect(findings(fourClasses, seen)).toEqual([])
    expect([stopped, refused, dropped]).toEqual([sums.get('stoppedBurst'), sums.get('refused'), sums.get('drained')])
    for (const [name, value] of sums) expect([name, value > 0]).toEqual([name, name !== 'misdelivered'])
    for (const cls of [0, 1, 2, 3])
      expect(seen.records.filter(({ probe }) => probe === `deliver${cls}`).length).toBeGreaterThan(20)
  })

  // A guard lets packets be dropped, and the model cannot tell a packet that was dropped from an arrival that was left out.
  test('is refused, or ends with flits missing or other counts, when anything is left out that no drop accounts for', () => {
    const steps = seen.records.flatMap(({ probe }, index) => (probe.startsWith('inject') ? [] : [index]))
    const unnoticed = steps.filter((left) => {
      const records = seen.records.filter((_, index) => index !== left)
      return findings(fourClasses, { ...seen, records }).length === 0
    })
    const drops = seen.records.filter(({ probe, bits }) => probe === 'guards' && (bits & 0xfn) !== 0n).length

    expect(unnoticed.filter((index) => !(seen.records[index]?.probe ?? '').startsWith('deliver'))).toEqual([])
    expect(unnoticed.length).toBeLessThanOrEqual(drops)
    expect(unnoticed.length).toBeLessThan(steps.length / 10)
  })

  test('is refused when a bit of a flit that arrives is another one, unless that bit means nothing', () => {
    const arrivals = seen.records.flatMap(({ probe, bits }, index) =>
      probe.startsWith('deliver') && (bits >> 128n) % 256n !== 0n ? [index] : [],
    )
    fc.assert(
      fc.property(fc.nat(arrivals.length - 1), fc.nat(137), (which, bit) => {
        const records = seen.records.map((record, index): StepRecord => {
          return index === arrivals[which] ? { ...record, bits: record.bits ^ (1n << BigInt(bit)) } : record
        })

        expect(findings(fourClasses, { ...seen, records })).not.toEqual([])
      }),
      { seed: 6, numRuns: 60 },
    )
  })
})
