/** T-16 of NoC section 14, in part: `npm run mutants -- noc` looks for all faults of section 11.5. */
import { expect, test } from 'vitest'
import { nocMutants } from '../../support/noc-mutants.ts'

test('every fault of the specification is seeded', () => {
  expect(new Set(nocMutants.map(({ name }) => name)).size).toBe(17)
})

test.each(['gray-unsynchronised', 'source-not-stamped', 'two-grants-after-reset'])(
  'T-16: a fault is found: %s',
  async (name) => {
    const found = await nocMutants.find((one) => one.name === name)!.hunt()

    expect(found.ok, found.reason).toBe(true)
  },
  120_000,
)
