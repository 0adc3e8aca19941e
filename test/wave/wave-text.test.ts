/** Waveforms as text. */
import { describe, expect, test } from 'vitest'
import { waveText } from '#sim/wave'
import { recorded } from './recorded.ts'

const states = { idle: 0, access: 1, answer: 2 }
const lines = (text: string): readonly string[] => text.split('\n')

test('a bit is a line, a number stands where it begins', () => {
  const recording = recorded([
    { name: 'enable', values: [0, 1, 1, 0] },
    { name: 'count', bits: 8, values: [0, 0, 1, 2] },
  ])

  expect(lines(waveText(recording))).toEqual(['cycle   0 1 2 3', 'enable  ▁▁▔▔▔▔▁▁', 'count   0 . 1 2'])
})

test('numbers are hexadecimal, signed ones decimal, cases have their names, a code without a name a question mark', () => {
  const recording = recorded([
    { name: 'number', bits: 12, values: [10, 0xabc, 0xabc, 1] },
    { name: 'wide', bits: 100, values: [1n << 99n, 0, 0, 0] },
    { name: 'signed', bits: 5, signed: true, values: [-16, 15, -1, 0] },
    { name: 'bit', signed: true, values: [0, 1, 0, 0] },
    { name: 'state', bits: 2, cases: states, values: [0, 1, 3, 2] },
  ])

  expect(lines(waveText(recording))).toEqual([
    'cycle   0                         1      2  3',
    'number  a                         abc    .  1',
    'wide    8000000000000000000000000 0      .  .',
    'signed  -16                       15     -1 0',
    'bit     0                         -1     0  .',
    'state   idle                      access ?3 answer',
  ])
})

test('a label reaches over the cycles that have its value', () => {
  const recording = recorded([
    { name: 'state', bits: 2, cases: states, values: [0, 0, 0, 0, 1, 1, 2, 0] },
    { name: 'bit', values: [0, 0, 0, 0, 0, 0, 1, 0] },
  ])

  expect(lines(waveText(recording))).toEqual([
    'cycle  0 1 2 3 4 5    6      7',
    'state  idle  . access answer idle',
    'bit    ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▔▔▔▔▔▔▔▁▁▁▁▁',
  ])
})

test('signals are shown in the order that is asked for', () => {
  const recording = recorded([
    { name: 'a', values: [0] },
    { name: 'inner.b', values: [1] },
  ])

  expect(lines(waveText(recording, { signals: ['inner.b', 'a'] }))).toEqual([
    'cycle    0',
    'inner.b  ▔▔',
    'a        ▁▁',
  ])
  expect(() => waveText(recording, { signals: ['c'] })).toThrow('`c` was not recorded')
})

test('several clocks have a row each, which marks their edges', () => {
  const recording = recorded([{ name: 'a', values: [0, 1, 1] }], {
    domains: ['main', 'pixel'],
    edges: [
      [7, 0b10],
      [10, 0b01],
      [14, 0b11],
    ],
  })

  expect(lines(waveText(recording))).toEqual([
    'edge       0 1 2',
    'clk        . . ↑',
    'pixel_clk  . ↑ .',
    'a          ▁▁▔▔▔▔',
  ])
})

describe('a recording of the last cycles', () => {
  const recording = recorded([{ name: 'count', bits: 8, values: Array.from({ length: 40 }, (_, cycle) => cycle) }], {
    limit: 3,
  })

  test('keeps their numbers', () => {
    expect(lines(waveText(recording))).toEqual(['cycle  37 38 39', 'count  25 26 27'])
  })

  test('knows when they began and ended', () => {
    expect([recording.begin(0), recording.end(0), recording.begin(2), recording.end(2)]).toEqual([370, 380, 390, 400])
    expect(() => recording.end(3)).toThrow('there is no sample 3, there are 3')
  })
})
