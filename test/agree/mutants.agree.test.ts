/** The agreement check finds seeded faults, makes the program small that shows them, and writes its waveform. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { LockstepError } from '#sim/cosim'
import { waveFolder } from '../support/agree.ts'
import { hunt, type MutantResult, mutantPrograms, requiredMutants } from '../support/agree-mutants.ts'

/** What prepares an endpoint, a command on it, and little else. */
const mostOperations = 6

describe.each(requiredMutants)('$name: $fault', (mutant) => {
  let result: MutantResult

  beforeAll(async () => {
    rmSync(join(waveFolder, `${mutant.name}.fst`), { force: true })
    result = await hunt(mutant)
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

  test('the waveform of the small program is there', () => {
    expect(result.text).toContain(`${mutant.name}.fst`)
    expect(result.waveBytes).toBeGreaterThan(1000)
  })
})
