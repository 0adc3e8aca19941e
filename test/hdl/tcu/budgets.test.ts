/** Cycles of every command in the conditions of TCU section 11.2. A change of a figure is a change of the hardware. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type MeasuredCycles, measureCycles } from './support/cycles.ts'

/** From the write of COMMAND to the first cycle in which it shows op 0, if nothing else is said. */
const cycles: Readonly<Record<string, number>> = {
  'READ 16 B': 9,
  'READ 512 B': 40,
  'READ 16 KiB': 1063,
  'WRITE 16 B': 9,
  'WRITE 512 B': 40,
  'WRITE 16 KiB': 1063,
  'SEND 16 B': 16,
  'reception of 16 B': 8,
  'FETCH_MSG hit': 3,
  'REPLY 16 B': 17,
  'FETCH_MSG none': 3,
  ACK_MSG: 3,
  'ACK_MSG, replies enabled': 4,
  'early error': 3,
  'early error of SEND': 4,
  INV_EP: 2,
}

/** 16 KiB are 1056 flits in 512-byte bursts: the budget of 1060 leaves four cycles for the command and both links. */
const beyond = ['READ 16 KiB', 'WRITE 16 KiB']

describe('a TCU next to another one, over a link of one cycle,', () => {
  let measured: readonly MeasuredCycles[]

  beforeAll(() => {
    measured = measureCycles()
  })

  test('takes as many cycles for each command as are written here', () => {
    expect(Object.fromEntries(measured.map(({ name, cycles: taken }) => [name, taken]))).toEqual(cycles)
  })

  test('is within every budget, but for transfers of 16 KiB', () => {
    const over = measured.filter(({ cycles: taken, budget }) => taken > budget).map(({ name }) => name)

    expect(over).toEqual(beyond)
  })

  test('is faster than the reference in everything', () => {
    expect(measured.filter(({ cycles: taken, reference }) => taken >= reference)).toEqual([])
  })
})
