/** The agreement check finds seeded faults, and makes the program small that shows them. */
import { beforeAll, describe, expect, test } from 'vitest'
import { LockstepError } from '#sim/cosim'
import { hunt, type MutantResult, mutantPrograms, mutants } from '../support/agree-mutants/index.ts'
import { placesOf } from '../support/mutated-soc.ts'

/** What prepares endpoints, a command on them, and little else. */
const mostOperations = 8
/** These are hunted here; all of them by `npm run mutants`. */
const required = ['credit-not-taken', 'position-skips-a-slot']
const leastMutants = 60
const shrinkRuns = 800

describe('the list of faults', () => {
  test('has at least sixty, each with a name of its own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
    expect(mutants.length).toBeGreaterThanOrEqual(leastMutants)
  })

  test('applies to the hardware, each fault at exactly one place', () => {
    const elsewhere = mutants.filter((mutant) => placesOf(mutant) !== 1).map(({ name, file }) => `${name} in ${file}`)

    expect(elsewhere).toEqual([])
  })
})

describe.each(mutants.filter(({ name }) => required.includes(name)))('$name: $fault', (mutant) => {
  let result: MutantResult

  beforeAll(async () => {
    result = await hunt(mutant, shrinkRuns)
    console.log(`${mutant.name} (${mutant.fault}):\n${result.text}`)
  }, 600_000)

  test('random programs find it', () => {
    expect(result.failure).toBeDefined()
    expect(result.failure?.programs).toBeLessThanOrEqual(mutantPrograms)
  })

  test('the program that shows it is small', () => {
    expect(result.failure?.operations).toBeLessThanOrEqual(mostOperations)
  })

  test('the report names the step that differs and how to run it again', () => {
    expect(result.failure?.error).toBeInstanceOf(LockstepError)
    expect(result.text).toMatch(/the hardware and the model differ\n {2}hardware: .+\n {2}model: .+/)
    expect(result.text).toContain(`Seed ${result.failure?.seed}, path '${result.failure?.path}'`)
    expect(result.text).toContain('runAgreement(generateSystem(system), {')
  })
})
