import { describe, expect, test } from 'vitest'
import {
  assert,
  assume,
  bit,
  type Bit,
  changed,
  cover,
  fell,
  follows,
  holdsUntil,
  implies,
  input,
  module,
  once,
  output,
  past,
  reg,
  rose,
  stable,
  uint,
  when,
} from '#edsl'
import { codesOf } from './support/mistakes-of.ts'
import { run } from './support/run.ts'

/** The edges at which a property about two bits says something; the bits are those of the text: `'a'`, `'ab'`, `'-'`. */
const edgesOf = (property: (a: Bit, b: Bit) => void, cycles: readonly string[], seed?: number): readonly number[] => {
  const subject = module('subject', { a: input(bit), b: input(bit), both: output(bit) }, ({ a, b, both }) => {
    both.drive(a.and(b))
    property(a, b)
  })
  const rows = cycles.map((letters) => ({ a: Number(letters.includes('a')), b: Number(letters.includes('b')) }))
  return run(subject, rows, seed).events['fact'] ?? []
}

const cycles = (text: string): readonly string[] => text.split(' ')

describe('a property', () => {
  test('is violated in the cycles in which it does not hold', () => {
    expect(edgesOf((a) => assert(a, 'fact'), cycles('a - a -'))).toEqual([1, 3])
  })

  test('that is assumed is checked too', () => {
    expect(edgesOf((a) => assume(a, 'fact'), cycles('a - a'))).toEqual([1])
  })

  test('that is covered is counted', () => {
    expect(edgesOf((a) => cover(a, 'fact'), cycles('a - a'))).toEqual([0, 2])
  })

  test('holds only under the conditions around it', () => {
    const within = (a: Bit, b: Bit) => when(a, () => assert(b, 'fact'))
    const otherwise = (a: Bit, b: Bit) => when(a, () => undefined).otherwise(() => assert(b, 'fact'))

    expect(edgesOf(within, cycles('a - ab b'))).toEqual([0])
    expect(edgesOf(otherwise, cycles('a - ab b'))).toEqual([1])
  })

  test('that is covered happens only under the conditions around it', () => {
    expect(edgesOf((a, b) => when(a, () => cover(b, 'fact')), cycles('a b ab -'))).toEqual([2])
  })
})

// What a register without reset holds at first is random: no seed may matter.
describe.each([1, 2, 3, 4])('with seed %i, a look back', (seed) => {
  test('sees the cycle before', () => {
    expect(edgesOf((a) => assert(past(a), 'fact'), cycles('a a - a -'), seed)).toEqual([3])
  })

  test('sees several cycles before', () => {
    expect(edgesOf((a) => assert(past(a, 3), 'fact'), cycles('- a a a a'), seed)).toEqual([3])
  })

  test('of a look back adds up', () => {
    expect(edgesOf((a) => assert(past(past(a), 2), 'fact'), cycles('- a a a a'), seed)).toEqual([3])
  })

  test('counts for a cover only when everything is known', () => {
    expect(edgesOf((a) => cover(past(a, 2).not(), 'fact'), cycles('- - - a a a'), seed)).toEqual([2, 3, 4])
  })

  test('finds edges of bits', () => {
    expect(edgesOf((a) => cover(rose(a), 'fact'), cycles('a - a a - a'), seed)).toEqual([2, 5])
    expect(edgesOf((a) => cover(fell(a), 'fact'), cycles('a - a a - -'), seed)).toEqual([1, 4])
  })

  test('tells whether records moved', () => {
    expect(edgesOf((a, b) => cover(changed({ a, b }), 'fact'), cycles('a ab ab b -'), seed)).toEqual([1, 3, 4])
    expect(edgesOf((a, b) => assert(stable([a, b]), 'fact'), cycles('a ab ab b -'), seed)).toEqual([1, 3, 4])
  })

  test('in a condition around it makes a property wait as well', () => {
    expect(edgesOf((a, b) => when(past(a), () => assert(b, 'fact')), cycles('a - - a b'), seed)).toEqual([1])
  })
})

describe('a sequence', () => {
  test('of a cause and its consequence in the same cycle', () => {
    expect(edgesOf((a, b) => assert(implies(a, b), 'fact'), cycles('a ab b -'))).toEqual([0])
  })

  test('of a trigger and its response within some cycles', () => {
    const within2 = (a: Bit, b: Bit) => assert(follows(a, b, { within: 2 }), 'fact')

    expect(edgesOf(within2, cycles('ab - a - b - a b'))).toEqual([])
    expect(edgesOf(within2, cycles('a - - - b'))).toEqual([2, 3])
    expect(edgesOf(within2, cycles('a a - b - -'))).toEqual([2])
  })

  test('of a trigger and its response after exactly some cycles', () => {
    const after2 = (a: Bit, b: Bit) => assert(follows(a, b, { after: 2, within: 2 }), 'fact')

    expect(edgesOf(after2, cycles('a - b - a ab - b'))).toEqual([6])
  })

  test('whose response does not count before its window', () => {
    expect(edgesOf((a, b) => assert(follows(a, b, { after: 1, within: 2 }), 'fact'), cycles('ab - - -'))).toEqual([
      2, 3,
    ])
  })

  test('that remembers what happened', () => {
    expect(edgesOf((a) => cover(once(a), 'fact'), cycles('- a - -'))).toEqual([1, 2, 3])
  })

  test('of a bit that holds until another comes', () => {
    const kept = (a: Bit, b: Bit) => assert(holdsUntil(a, a, b), 'fact')

    expect(edgesOf(kept, cycles('a a ab - a ab ab -'))).toEqual([])
    expect(edgesOf(kept, cycles('a - - ab -'))).toEqual([1, 2])
  })

  test.each([1, 2, 3])('with edges of bits knows nothing before reset (seed %i)', (seed) => {
    const answered = (a: Bit, b: Bit) => assert(follows(rose(a), b, { within: 1 }), 'fact')

    expect(edgesOf(answered, cycles('a - - - a - -'), seed)).toEqual([5, 6])
  })
})

test('history costs no hardware: nothing that is no property may look at it', () => {
  const subject = module('subject', { a: input(bit), was: output(bit) }, ({ a, was }) => was.drive(past(a)))

  expect(codesOf(subject)).toEqual(['HDL-0311'])
})

test('a look back at nothing is refused', () => {
  const subject = module('subject', { a: input(bit), now: output(bit) }, ({ a, now }) => {
    now.drive(a)
    assert(past(a, 0), 'always')
    assert(follows(a, a, { after: 2, within: 1 }), 'never')
    assert(stable({ width: 3 }), 'always')
  })

  expect(codesOf(subject).filter((code) => code === 'HDL-0107')).toHaveLength(3)
})

test('a counter is proved to count by what it was before', () => {
  const subject = module('subject', { on: input(bit), count: output(uint(4)) }, ({ on, count }) => {
    const value = reg(uint(4), 0, { enable: on })
    value.next(value.addWrap(1))
    count.drive(value)
    assert(implies(past(on), value.eq(past(value).addWrap(1))), 'counts when on')
    assert(implies(past(on).not(), stable(value)), 'stays when off')
  })

  const { outputs, events } = run(subject, [{ on: 1 }, { on: 1 }, { on: 0 }, { on: 1 }, { on: 0 }])

  expect(outputs.map(({ count }) => count)).toEqual([0, 1, 2, 2, 3])
  expect(events).toEqual({})
})
