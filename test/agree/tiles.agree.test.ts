/** Random command programs on four and eight tiles at once: hardware and golden model agree. */
import { beforeAll, describe, expect, test } from 'vitest'
import { AgreeCoverage } from '#sim/cosim'
import { type AgreeRun, differenceOf } from '../support/agree-runs.ts'

const runs: readonly AgreeRun[] = [
  { system: { tiles: 4 }, seed: 20_263, programs: 90, operations: 240 },
  { system: { tiles: 8 }, seed: 20_264, programs: 45, operations: 240 },
]
const leastCommands = 9_000

describe('random command programs on four and eight tiles, with stalls and packets of the host', () => {
  const coverage = new AgreeCoverage()
  const differences: string[] = []

  beforeAll(async () => {
    for (const run of runs) differences.push(await differenceOf(run, coverage))
    console.log(coverage.table())
  }, 600_000)

  test('hardware and golden model agree in every step and at rest, and every command ends in time', () => {
    expect(differences).toEqual(runs.map(() => ''))
  })

  test('the programs are more than nine thousand commands, without those that only look for a message', () => {
    expect(coverage.commandCount).toBeGreaterThanOrEqual(leastCommands)
  })
})
