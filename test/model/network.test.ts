import { registers } from '#layout'
import { createReplay } from '#model'
import type { StepRecord } from '#model'
import { describe, expect, test } from 'vitest'
import { pair, Script } from './records.ts'

const endpoint = 0x48 + 24 * 9

/** A's memory endpoint 9 names module 0x04, which is absent; a WRITE of eight bytes to it has left. */
const written = (): Script => {
  const script = new Script()
  script.write('a', endpoint + 16, 0x1000n).write('a', endpoint + 8, 0n)
  script.write('a', endpoint, 0x0000_0001_929f_fffbn - (0x21n << 23n))
  script.write('a', registers.DATA_ADDR, 0x1000n).write('a', registers.DATA_SIZE, 8n)
  script.write('a', registers.COMMAND, 0x94n).commit('a', { kind: 'commandChecked' })
  return script.load('a', 'command', 0x1000).add('a', 'inject0', (0x0ff060c103n << 100n) | (2n << 96n))
}

const answer = (source: bigint, error: bigint): bigint =>
  (0x0ffn << 128n) | (source << 114n) | (0x06n << 106n) | (3n << 100n) | (4n << 96n) | (error << 33n) | (1n << 32n)

const replayed = (records: readonly StepRecord[]) => {
  const replay = createReplay(pair)
  for (const record of records) replay.apply(record)
  return replay
}

describe('a packet for an absent module', () => {
  const absent = (0x04n << 6n) | 3n

  test('is answered by the network interface in the name of its target (NoC 10.5)', () => {
    const script = written()
      .add('a', 'deliver1', answer(absent, 21n))
      .commit('a', { kind: 'commandFinished', error: 21 })

    expect(replayed(script.records).outstanding()).toEqual([])
  })

  test.each([
    ['another source', answer((0x24n << 6n) | 3n, 21n)],
    ['another error', answer(absent, 20n)],
  ])('has no answer with %s', (_, flit) => {
    expect(() => replayed(written().add('a', 'deliver1', flit).records)).toThrow('the hardware and the model differ')
  })
})

describe('a flit', () => {
  test('is not delivered where its packet does not go', () => {
    const flit = (0x01f060c943n << 100n) | (2n << 96n)

    expect(() => replayed(new Script().add('m', 'deliver0', flit).records)).toThrow('nothing is on its way from 0x306')
  })
})
