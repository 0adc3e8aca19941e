/** Random command programs on one and two tiles: hardware and golden model take the same steps with the same outcomes. */
import { beforeAll, describe, expect, test } from 'vitest'
import { commitKinds, type ErrorName, opcodes } from '#layout'
import { AgreeCoverage } from '#sim/cosim'
import { type AgreeRun, differenceOf } from '../support/agree-runs.ts'

/** Seeds are fixed, so that every run of the tests is the same. */
const runs: readonly AgreeRun[] = [
  { system: { tiles: 1 }, seed: 20_261, programs: 60, operations: 200 },
  { system: { tiles: 2 }, seed: 20_262, programs: 150, operations: 200 },
]
const leastCommands = 11_000

/** Errors of TCU section 8.1 that unprivileged commands produce on tiles without context switching and virtual memory. */
const producible: readonly ErrorName[] = [
  'NONE',
  'NO_MEP',
  'NO_SEP',
  'NO_REP',
  'SEND_REPLY_EP',
  'RECV_GONE',
  'RECV_NO_SPACE',
  'REPLIES_DISABLED',
  'OUT_OF_BOUNDS',
  'NO_CREDITS',
  'NO_PERM',
  'INV_MSG_OFF',
  'UNKNOWN_CMD',
  'RECV_OUT_OF_BOUNDS',
  'RECV_INV_RPL_EPS',
  'SEND_INV_CRD_EP',
  'SEND_INV_MSG_SZ',
  'TIMEOUT_MEM',
  'TIMEOUT_NOC',
  'MSG_UNALIGNED',
]

/** Commands that must have succeeded; the others never do. */
const successful = Object.keys(opcodes).filter((name) => name !== 'idle')

/** Steps of parts that these tiles are built without. */
const absent = ['abortRaised', 'privilegedDone', 'timerExpired', 'coreRequestRaised', 'coreRequestDone', 'pmpChecked']

describe('random command programs on one and two tiles, with stalls and packets of the host', () => {
  const coverage = new AgreeCoverage()
  const differences: string[] = []

  beforeAll(async () => {
    for (const run of runs) differences.push(await differenceOf(run, coverage))
    console.log(coverage.table())
  }, 600_000)

  test('hardware and golden model agree in every step and at rest, and every command ends in time', () => {
    expect(differences).toEqual(runs.map(() => ''))
  })

  test('the programs are more than eleven thousand commands, without those that only look for a message', () => {
    expect(coverage.commandCount).toBeGreaterThanOrEqual(leastCommands)
  })

  test('every error that these commands can produce was produced', () => {
    const missing = producible.filter((name) => !coverage.errors.has(name))

    expect(missing).toEqual([])
  })

  test('the checks of commands gave no other error', () => {
    const others = [...coverage.checked.keys()].filter((name) => !producible.includes(name as ErrorName))

    expect(others).toEqual([])
  })

  test('every command succeeded now and then', () => {
    const never = successful.filter((name) => !coverage.commands.has(`${name} NONE`))

    expect(never).toEqual([])
  })

  test('every kind of step was taken', () => {
    expect(coverage.missingSteps).toEqual(commitKinds.cases.filter((kind) => absent.includes(kind)))
  })
})
