/** Files for waveform viewers. */
import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { vcdText } from '#sim/wave'
import { recorded } from './recorded.ts'

test('the file has scopes, types, values and the clock', () => {
  const recording = recorded([
    { name: 'enable', values: [0, 1, 1] },
    { name: 'queue.head', bits: 4, values: [5, 5, 6] },
    { name: 'queue.held[1]', bits: 4, signed: true, values: [-1, -1, 0] },
    { name: 'queue.state', bits: 2, cases: { idle: 0, go: 1 }, values: [0, 1, 3] },
  ])

  expect(vcdText(recording, 'top').split('\n')).toEqual([
    '$timescale 1ps $end',
    '$scope module top $end',
    '$var wire 1 ! clk $end',
    '$var wire 1 " enable $end',
    '$scope module queue $end',
    '$var wire 4 # head $end',
    '$var integer 4 $ held(1) $end',
    '$var string 1 % state $end',
    '$upscope $end',
    '$upscope $end',
    '$enddefinitions $end',
    '#0',
    '0!',
    '0"',
    'b101 #',
    'b1111 $',
    'sidle %',
    '#10000',
    '1!',
    '1"',
    'sgo %',
    '#15000',
    '0!',
    '#20000',
    '1!',
    'b110 #',
    'b0 $',
    's?3 %',
    '#25000',
    '0!',
    '#30000',
    '',
  ])
})

/** Reads values back: by variable name, what it is from which time on. */
const read = (text: string): ReadonlyMap<string, readonly (readonly [time: number, value: bigint])[]> => {
  const names = new Map<string, string>()
  const changes = new Map<string, [number, bigint][]>()
  let time = 0
  for (const line of text.split('\n')) {
    const variable = /^\$var \w+ \d+ (\S+) (\S+) \$end$/.exec(line)
    const vector = /^b([01]+) (\S+)$/.exec(line)
    const bit = /^([01])(\S+)$/.exec(line)
    if (variable !== null) names.set(variable[1] as string, variable[2] as string)
    else if (line.startsWith('#')) time = Number(line.slice(1))
    else if (vector !== null || bit !== null) {
      const [, value, id] = (vector ?? bit) as unknown as [string, string, string]
      const name = names.get(id) as string
      changes.set(name, [...(changes.get(name) ?? []), [time, BigInt(`0b${value}`)]])
    }
  }
  return changes
}

test('every value of hundreds of signals can be read back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }).chain((bits) =>
        fc.tuple(
          fc.constant(bits),
          fc.array(fc.array(fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }), { minLength: 5, maxLength: 5 }), {
            minLength: 1,
            maxLength: 200,
          }),
        ),
      ),
      ([bits, rows]) => {
        const text = vcdText(recorded(rows.map((values, index) => ({ name: `s${index}`, bits, values }))), 'top')

        const changes = read(text)
        rows.forEach((values, index) => {
          const own = changes.get(`s${index}`) ?? []
          values.forEach((value, cycle) => {
            expect(own.findLast(([time]) => time <= cycle * 10_000)?.[1]).toBe(value)
          })
        })
      },
    ),
    { seed: 1, numRuns: 30 },
  )
})

test('times are those of the edges, to a picosecond', () => {
  const recording = recorded([{ name: 'a', values: [0, 1, 0] }], {
    domains: ['main', 'pixel'],
    edges: [
      [6.734, 0b10],
      [10, 0b01],
      [13.468, 0b10],
    ],
  })

  const changes = read(vcdText(recording, 'top'))

  expect(changes.get('a')?.map(([time]) => time)).toEqual([0, 6734, 10_000])
  expect(changes.get('clk')).toEqual([
    [0, 0n],
    [10_000, 1n],
    [11_734, 0n],
  ])
  expect(changes.get('pixel_clk')?.map(([time]) => time)).toEqual([0, 6734, 8367])
})
