/** Short programs on which hardware and golden model once differed: they agree on what the specification says. */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  largestMessageOrder,
  memoryPermissions,
  noEndpoint,
  opcodes,
  registers,
  registerWindow,
  unlimitedCredits,
} from '#layout'
import {
  type AgreeProgram,
  AgreeCoverage,
  type CompiledSystem,
  compileSystem,
  type Operation,
  runAgreement,
} from '#sim/cosim'
import { pairSystem } from '../support/pair.ts'
import { memoryEp, receiveEp, sendEp } from '../support/tcu-driver.ts'

const a = 0x300
const b = 0x321
const base = 0x1000_0000
const buffer = base + 0x8000

const endpoint = (ep: number, words: readonly [bigint, bigint, bigint]): Operation => ({ kind: 'endpoint', ep, words })

interface Command {
  readonly arg0?: number | 'fetched'
  readonly address?: number
  readonly size?: number
  readonly arg1?: number
  readonly until?: 'end' | 'later'
}

const command = (op: number, ep: number, one: Command = {}): Operation => ({
  kind: 'command',
  op,
  ep,
  arg0: one.arg0 ?? 0,
  address: BigInt(one.address ?? base),
  size: BigInt(one.size ?? 0),
  arg1: BigInt(one.arg1 ?? 0),
  until: one.until ?? 'end',
})

const toRegisters = (target: number) => endpoint(3, memoryEp({ target, address: registerWindow, size: 0x1000_0000 }))

const program = (prepare: Readonly<Record<string, readonly Operation[]>>, run: AgreeProgram['run']): AgreeProgram => ({
  prepare,
  run,
  pollGap: 0,
})

describe('hardware and golden model agree', () => {
  let generated: CompiledSystem

  beforeAll(() => {
    generated = compileSystem(pairSystem)
  })

  const outcomes = async (one: AgreeProgram): Promise<readonly string[]> => {
    const coverage = new AgreeCoverage()
    await runAgreement(generated, one, { seed: 1, coverage })
    return [...coverage.commands.keys(), ...coverage.externals.keys()]
  }

  test('a register of another tile is read', async () => {
    const read = command(opcodes.read, 3, { size: 8, arg1: registers.FEATURES })

    expect(await outcomes(program({ a: [toRegisters(b)] }, { a: [read] }))).toEqual(['read NONE'])
  }, 300_000)

  test('an endpoint of another tile is invalidated, and its result is read', async () => {
    const invalidate: Operation = { kind: 'external', ep: 3, value: 0x801n, buffer: base }

    expect(await outcomes(program({ a: [toRegisters(b)] }, { a: [invalidate] }))).toContain('INV_EP NONE')
  })

  test('a slot beyond 32-bit addresses is outside of local memory', async () => {
    const prepare = {
      a: [endpoint(4, sendEp({ target: b, ep: 6, credits: 2, messageOrder: 6 }))],
      b: [endpoint(6, receiveEp({ buffer, slotsOrder: 1, slotOrder: 32 }))],
    }
    const send = command(opcodes.send, 4, { arg0: noEndpoint })

    expect(await outcomes(program(prepare, { a: [send, send] }))).toEqual(['send NONE', 'send TIMEOUT_MEM'])
  })

  test('the offset of a fetched message has 32 bits', async () => {
    const prepare = { a: [endpoint(7, receiveEp({ buffer, slotsOrder: 1, slotOrder: 32, occupied: 2, unread: 2 }))] }
    const fetch: Operation = { kind: 'receive', ep: 7, tries: 1 }

    expect(await outcomes(program(prepare, { a: [fetch] }))).toEqual(['fetch NONE'])
  })

  test('a WRITE that begins in the register window and wraps into memory waits for nothing', async () => {
    const prepare = { a: [endpoint(3, memoryEp({ target: 0x421, address: 0xffff_ffff, size: 0x1000 }))] }
    const write = command(opcodes.write, 3, { size: 0x401 })

    expect(await outcomes(program(prepare, { a: [write] }))).toEqual(['write NONE'])
  })

  test.each([0, 8, 16, 24, 32, 40, 60, 80, 100])(
    'an endpoint that becomes a memory endpoint while a message for it arrives is left alone (after %i cycles)',
    async (cycles) => {
      const receive = receiveEp({ buffer, slotsOrder: 0, slotOrder: largestMessageOrder })
      const region = memoryEp({ target: a, address: base, size: 16, permissions: memoryPermissions.read })
      const prepare = {
        a: [endpoint(4, sendEp({ target: b, ep: 6, credits: 1, messageOrder: largestMessageOrder }))],
        b: [endpoint(6, receive)],
      }
      const send = command(opcodes.send, 4, { arg0: noEndpoint, size: 2016 })
      const run = { a: [send], b: [{ kind: 'wait', cycles } as const, endpoint(6, region)] }

      expect(await outcomes(program(prepare, run))).toEqual(['send RECV_GONE'])
    },
  )

  test.each([0, 8, 12, 16, 24])(
    'a message that was sent with unlimited credits takes none from the endpoint that has got limits since (after %i cycles)',
    async (cycles) => {
      const unlimited = sendEp({ target: b, ep: 6, credits: unlimitedCredits, messageOrder: largestMessageOrder })
      const limited = sendEp({ target: b, ep: 6, credits: 2, messageOrder: largestMessageOrder })
      const prepare = {
        a: [endpoint(4, unlimited)],
        b: [endpoint(6, receiveEp({ buffer, slotsOrder: 1, slotOrder: largestMessageOrder }))],
      }
      const send = command(opcodes.send, 4, { arg0: noEndpoint, size: 2016, until: 'later' })
      const again = command(opcodes.send, 4, { arg0: noEndpoint })
      const run = { a: [send, { kind: 'wait', cycles } as const, endpoint(4, limited), again, again] }

      expect(await outcomes(program(prepare, run))).toEqual(['send NONE', 'send RECV_NO_SPACE'])
    },
  )

  test('a partial write of COMMAND starts nothing', async () => {
    const write: Operation = { kind: 'write', offset: registers.COMMAND, value: 1n, enables: 0xd9 }

    expect(await outcomes(program({}, { a: [write] }))).toEqual(['mixed NONE'])
  })
})
