import { commit, decode, encode, endpointRegister, field, sendWord0, withField } from '#layout'
import { createReplay } from '#model'
import type { StepRecord } from '#model'
import { describe, expect, test } from 'vitest'
import { commitBits, pair } from './records.ts'
import { payload, replyWalk, sendWalk } from './walk-through.ts'

/**
 * The walk-through of TCU section 9 in another legal order: the acknowledgement of A's message arrives behind B's reply
 * to it, so the credit comes back before it was taken. NoC 2.9, R-ORDER-1.
 */
const overtaken = (creditsAtTheEnd: bigint, delay = 1): readonly StepRecord[] => {
  const records = replyWalk().records
  const arrives = records.findIndex(({ module, probe }) => module === 'a' && probe === 'deliver1')
  const late = records.slice(arrives, arrives + 2)
  const acknowledged = records.findIndex(
    ({ module, bits }, index) =>
      index > sendWalk().records.length && module === 'b' && bits === commitBits({ kind: 'commandFinished' }),
  )
  // what A reads after its SEND comes too early in this order
  const before = [...records.slice(0, arrives), ...records.slice(arrives + 4, acknowledged + 1)]
  const now = (before.at(-1) as StepRecord).cycle + delay
  const credits = commitBits({ kind: 'coreRead', address: endpointRegister(8, 0), data: creditsAtTheEnd })
  return [
    ...before,
    ...late.map((record, index) => ({ ...record, cycle: now + index })),
    { cycle: now + late.length, module: 'a', probe: 'commit', bits: credits },
  ]
}

const replayed = (records: readonly StepRecord[]) => {
  const replay = createReplay(pair)
  replay.writeMemory('a', 0x1000, payload)
  replay.writeMemory('b', 0x1000, Uint8Array.from([0xdd, 0xcc, 0xbb, 0xaa]))
  for (const record of records) replay.apply(record)
}

describe('a reply that overtakes the acknowledgement of its message', () => {
  const both = 0x001f_ffe3_0417_fff9n
  const one = 0x001f_ffe3_040f_fff9n

  test('leaves all credits where they were', () => {
    expect(() => {
      replayed(overtaken(both))
    }).not.toThrow()
  })

  test('must not lose the credit', () => {
    expect(() => {
      replayed(overtaken(one))
    }).toThrow('0x1fffe30417fff9')
  })

  test('leaves them, 1 to 1000 cycles later, with one credit as with two', () => {
    for (const credits of [1, 2])
      for (const delay of [1, 2, 3, 10, 100, 999, 1000])
        expect(() => {
          replayed(overtaken(both, delay).map((record) => withCredits(record, credits)))
        }).not.toThrow()
  })
})

/** The same record of a system whose send endpoint has fewer than two credits. */
const withCredits = (record: StepRecord, credits: number): StepRecord => {
  if (record.probe !== 'commit') return record
  const { address, data, ...rest } = decode(commit, record.bits)
  if (address !== endpointRegister(8, 0) || field(sendWord0, 'maxCredits', data) !== 2) return record
  const left = field(sendWord0, 'credits', data) - (2 - credits)
  const word = withField(sendWord0, 'maxCredits', withField(sendWord0, 'credits', data, left), credits)
  return { ...record, bits: encode(commit, { ...rest, address, data: word }) }
}
