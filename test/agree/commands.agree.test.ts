/** Random command programs on two tiles: hardware and golden model take the same steps with the same outcomes. */
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ErrorName, opcodes } from '#layout'
import { type AgreeReport, checkAgreement, failureText, generateSystem } from '#sim/cosim'
import { waveFolder } from '../support/agree.ts'
import { pairSystem } from '../support/pair.ts'

/** Fixed, so that every run of the tests is the same. */
const seed = 20_261
const programs = 200
const operations = 40
const leastCommands = 2000

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

describe('random command programs on two tiles', () => {
  let report: AgreeReport

  beforeAll(async () => {
    const wave = join(waveFolder, 'commands.vcd')
    report = await checkAgreement(generateSystem(pairSystem), { seed, programs, operations, wave })
    console.log(report.coverage.table())
  }, 600_000)

  test('hardware and golden model agree in every step and at rest, and every command ends in time', () => {
    expect(report.failure === undefined ? '' : failureText(report.failure)).toBe('')
  })

  test('the programs are more than two thousand commands', () => {
    expect(report.coverage.commandCount).toBeGreaterThanOrEqual(leastCommands)
  })

  test('every error that these commands can produce was produced', () => {
    const missing = producible.filter((name) => !report.coverage.errors.has(name))

    expect(missing).toEqual([])
  })

  test('no other error was produced', () => {
    const others = [...report.coverage.errors.keys()].filter((name) => !producible.includes(name as ErrorName))

    expect(others).toEqual([])
  })

  test('every command succeeded now and then', () => {
    const never = successful.filter((name) => !report.coverage.commands.has(`${name} NONE`))

    expect(never).toEqual([])
  })

  test('every kind of step was taken', () => {
    expect(report.coverage.missingSteps).toEqual([])
  })
})
