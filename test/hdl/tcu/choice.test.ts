import { describe, expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { tcu } from '#hdl/tcu'
import type { TcuChoice } from '#layout'

const common = { memoryBase: 0x1000_0000, memoryBytes: 64 * 1024, clockHz: 100_000_000, sendTimeoutCycles: 1000 }

/** Names of all modules of a TCU. */
const modulesOf = (choice: TcuChoice): readonly string[] => {
  const names = new Set<string>()
  const visit = (one: {
    readonly name: string
    readonly instances: readonly { readonly module: typeof one }[]
  }): void => {
    names.add(one.name)
    for (const { module } of one.instances) visit(module)
  }
  visit(elaborate(tcu({ ...common, ...choice })).top)
  return [...names]
}

const hasPart = (choice: TcuChoice, part: string): boolean => modulesOf(choice).some((name) => name.startsWith(part))

describe('a TCU has only what it was built with:', () => {
  test('nothing of the privileged interface', () => {
    for (const part of ['tlb', 'timer', 'core_requests', 'privileged']) expect(hasPart({}, part)).toBe(false)
  })

  test('a TLB with virtual memory alone', () => {
    expect(hasPart({ virtualMemory: true }, 'tlb_32')).toBe(true)
    expect(hasPart({ virtualMemory: true, tlbEntries: 4 }, 'tlb_4')).toBe(true)
    expect(hasPart({ contextSwitching: true }, 'tlb')).toBe(false)
  })

  test('as many endpoints as it was given', () => {
    expect(hasPart({ endpoints: 16 }, 'endpoint_file_16')).toBe(true)
  })
})

test('parts that the hardware does not have, and TLBs of impossible sizes, are refused', () => {
  expect(() => modulesOf({ pmp: true })).toThrow(/neither PMP nor time-outs/)
  expect(() => modulesOf({ receiveTimeoutCycles: 5 })).toThrow(/neither PMP nor time-outs/)
  expect(() => modulesOf({ virtualMemory: true, tlbEntries: 33 })).toThrow(/33 entries: use 1 to 32/)
})
