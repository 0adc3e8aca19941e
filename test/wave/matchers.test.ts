/** Waveforms in tests: what matches, and what a test that fails says. */
import { expect, test } from 'vitest'
import '#sim/simulate/vitest'
import { waveOf, type Wave } from '#sim/wave'
import { recorded } from './recorded.ts'

const wave: Wave = waveOf(
  recorded([
    { name: 'enable', values: [0, 1, 1, 0] },
    { name: 'count', bits: 8, values: [0, 0, 1, 2] },
    { name: 'state', bits: 1, cases: { idle: 0, access: 1 }, values: [0, 0, 1, 0] },
  ]),
  'top',
)

const failure = (text: string): string => {
  try {
    expect(wave).toMatchWave(text)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it matched')
}

test('the same rows match, whatever their indentation', () => {
  expect(wave).toMatchWave(`
      cycle 0 1  2      3
      enable  ▁▁▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁
    count    0 .  1      2
    state idle access idle
  `)
})

test('rows that the text does not have are not compared', () => {
  expect(wave).toMatchWave(`
    count  0 . 1 2
  `)
  expect(wave).toMatchWave('enable ▁▁▔▔▔▔▁▁')
})

test('another value is shown in its row, with the cycle', () => {
  expect(failure('enable ▁▁▔▔▔▔▁▁\n count 0 . 1 3')).toBe(
    [
      '`count` differs first in cycle 3 (- expected, + ran)',
      '',
      '    enable  ▁▁▔▔▔▔▁▁',
      '  - count   0 . 1 3',
      '  + count   0 . 1 2',
      '                  ^',
    ].join('\n'),
  )
})

test('a cycle more is told apart from another value', () => {
  expect(failure('count 0 . 1 2 3')).toContain('`count` differs first in cycle 3, behind the last cycle that ran')
})

test('a row that was not recorded is an error that guesses', () => {
  expect(failure('cuont 0 . 1 2')).toBe('`cuont` was not recorded; did you mean `count`?')
  expect(failure('cycle 0 1 2')).toContain('the expected waveform has no rows; this was recorded:\n\n')
})

test('the opposite can be expected', () => {
  expect(wave).not.toMatchWave('count 0 . 1 3')
  expect(() => expect(wave).not.toMatchWave('count 0 . 1 2')).toThrow('the waveform is the one that it should not be')
})

test('only a waveform can match', () => {
  expect(() => expect('count 0').toMatchWave('count 0')).toThrow('toMatchWave takes a waveform')
})

test('a waveform in a snapshot is its text', () => {
  expect(wave).toMatchInlineSnapshot(`
    cycle   0 1  2      3
    enable  ▁▁▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁
    count   0 .  1      2
    state   idle access idle
  `)
})
