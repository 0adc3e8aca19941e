import { describe, expect, test } from 'vitest'
import { type AdversaryOptions, modelCarrier, searchWorstCase, type WorstFound } from '#sim/traffic'
import { gridModules, meshSystem, type NetworkChoice, type NetworkDescription, planNetwork } from '#topology'
import { hardware } from '../support/noc.ts'

const long = process.env.TESSERA_LONG === '1'

const small = { longestPacket: 5, depth: 4, counters: false, guards: { tx: 6, rx: 0 } } as const
const star = (network: NetworkChoice): NetworkDescription => ({
  ...{ name: 'star_3', chip: 0, modules: gridModules(1, 1, 3) },
  network: { topology: { kind: 'star' }, ...small, ...network },
})
const row = (network: NetworkChoice): NetworkDescription => ({
  ...meshSystem({ columns: 2, rows: 1, modulesPerRouter: 2 }),
  network: { ...small, ...network },
})
const square = (network: NetworkChoice): NetworkDescription => ({
  ...meshSystem({ columns: 2, rows: 2 }),
  network: { ...small, ...network },
})

/** A short search; with TESSERA_LONG a hundred times as many plans. */
const effort = { seed: 1, attempts: long ? 1000 : 10, climbs: long ? 3000 : 30, cycles: 600 }

const search = (system: NetworkDescription, options: Partial<AdversaryOptions> = {}): WorstFound => {
  const { carrier, network } = hardware(system)
  return searchWorstCase(carrier, network, { ...effort, ...options })
}

describe('traffic that is searched to exceed the bounds never does', () => {
  const policies = ['sourceWeighted', 'roundRobin', 'age', 'priority'] as const
  test.each(policies.flatMap((arbitration) => [[arbitration, star] as const, [arbitration, row] as const]))(
    '%s, anything that all modules may do (%o)',
    (arbitration, system) => {
      const worst = search(system({ arbitration }))

      expect(worst.faults).toEqual([])
      expect(worst.packets).toBeGreaterThan(1000)
      expect(worst.share).toBeLessThanOrEqual(1)
    },
    600_000,
  )

  test.each(['sourceWeighted', 'roundRobin', 'age'] as const)(
    '%s, packets to one module only',
    (arbitration) => {
      const worst = search(square({ arbitration, depth: 5, guards: { tx: 0, rx: 0 } }), { onlyTarget: 0 })

      expect(worst.faults).toEqual([])
      expect(worst.share).toBeLessThanOrEqual(1)
      expect(worst.share).toBeGreaterThan(arbitration === 'sourceWeighted' ? 0.05 : 0.25)
    },
    600_000,
  )
})

test.each(['roundRobin', 'sourceWeighted'] as const)(
  'no packet is kept out by turns that go in step: %s',
  (arbitration) => {
    const rowOfThree = meshSystem({ columns: 3, rows: 1 })
    const network = { arbitration, longestPacket: 9, depth: 4, counters: false, guards: { tx: 8, rx: 0 } }

    const worst = search({ ...rowOfThree, network }, { attempts: 10, climbs: 20, cycles: 3000 })

    // A packet of the middle module to itself once waited from cycle 154 to the end of the run.
    expect(worst.faults).toEqual([])
    expect(worst.cycles).toBeLessThan(600)
  },
  600_000,
)

describe('the search', () => {
  const network = planNetwork(row({}))
  const carrier = modelCarrier(network)

  test('finds the same for the same seed', () => {
    const once = searchWorstCase(carrier, network, { ...effort, attempts: 5, climbs: 5 })

    expect(searchWorstCase(carrier, network, { ...effort, attempts: 5, climbs: 5 })).toEqual(once)
    expect(once.source).toBeGreaterThanOrEqual(0)
  })

  test('finds worse traffic by small changes than the random plan that it began with', () => {
    const random = searchWorstCase(carrier, network, { ...effort, attempts: 1, climbs: 0 })
    const climbed = searchWorstCase(carrier, network, { ...effort, attempts: 1, climbs: 40 })

    expect(climbed.share).toBeGreaterThan(1.1 * random.share)
  })

  test('finds packets that exceed a bound that is too small', () => {
    const worst = searchWorstCase(carrier, network, { ...effort, boundOf: ({ zeroLoad }) => 4 * zeroLoad })

    expect(worst.share).toBeGreaterThan(1)
    expect(worst.cycles).toBe(worst.share * worst.bound)
  })

  test('has nothing to search for where there is no bound', () => {
    const shallow = planNetwork(square({ depth: 2, linkStages: 2 }))

    expect(() => searchWorstCase(modelCarrier(shallow), shallow, { ...effort, onlyTarget: 0 })).toThrow(
      'depth is below the round trip',
    )
  })
})
