/** Properties, probes and ghosts. */
import { describe, expect, test } from 'vitest'
import type { Property } from '#ir'
import {
  assertion,
  assign,
  domain,
  input,
  instance,
  literal,
  module,
  op,
  output,
  probe,
  property,
  register,
  wire,
} from '../support/nodes.ts'
import { bench, type Bench } from './support.ts'

const bad = input('bad')

const watched = (check: Property['check'], own = domain('main')) =>
  module('watched', {
    domains: [own],
    ports: [bad],
    properties: [property(check, 'nothing is bad', check === 'cover' ? bad : op('not', bad), { domain: own })],
  })

const afterReset = (made: Bench): Bench => {
  made.set('rst', 1)
  made.step()
  made.set('rst', 0)
  return made
}

describe.each(['assert', 'assume'] as const)('%s', (check) => {
  test('ends the run at the edge at which it is violated', () => {
    const made = afterReset(bench(watched(check)))

    const fine = made.step(10)
    made.set('bad', 1)
    const ran = made.step(10)

    expect([fine, ran, made.engine.edge]).toEqual([10, 0, 11])
    expect(made.engine.events()).toEqual([
      { check, path: [], sentence: 'nothing is bad', property: 0, edge: 11, times: 1 },
    ])
    expect(made.engine.events()).toEqual([])
  })

  test('does not hold in reset', () => {
    const made = bench(watched(check))
    made.set('rst', 1)
    made.set('bad', 1)

    expect(made.step(10)).toBe(10)
  })
})

test('a violation says in which instance it is', () => {
  const [first, second] = [wire('first', 1, { fallback: literal(1, 0) }), wire('second', 1, { fallback: bad })]
  const child = watched('assert')
  const middle = module('middle', {
    ports: [bad],
    signals: [first, second],
    instances: [instance('fine', child, { bad: first }), instance('broken', child, { bad: second })],
  })
  const above = wire('above', 1, { fallback: bad })
  const made = bench(
    module('top', { ports: [bad], signals: [above], instances: [instance('middle', middle, { bad: above })] }),
  )
  made.set('rst', 0)
  made.set('bad', 1)

  made.step(3)

  expect(made.engine.events()).toMatchObject([{ path: ['middle', 'broken'], edge: 0 }])
})

test('a cover is counted and ends nothing', () => {
  const made = afterReset(bench(watched('cover')))

  made.step(3)
  made.set('bad', 1)
  const ran = made.step(4)
  made.set('bad', 0)
  made.step(3)

  expect(ran).toBe(4)
  expect(made.engine.events()).toMatchObject([{ check: 'cover', edge: 4, times: 4 }])
  expect(made.engine.events()).toEqual([])
  expect(made.engine.hits(0)).toBe(4)
})

test('properties of a domain are looked at only at its edges', () => {
  const other = domain('other')
  const made = bench(
    module('two', {
      domains: [domain('main'), other],
      ports: [bad],
      properties: [property('assert', 'never', op('not', bad), { domain: other })],
    }),
  )
  made.set('bad', 1)

  expect([made.step(5, 1), made.step(5, 2)]).toEqual([5, 0])
})

test('ghosts remember for properties', () => {
  const before = register('before', 1, { ghost: true, reset: 0n })
  const made = afterReset(
    bench(
      module('past', {
        ports: [bad],
        signals: [before],
        body: [assign(before, bad)],
        properties: [assertion('not twice', op('not', op('and', bad, before)))],
      }),
    ),
  )
  made.set('bad', 1)

  expect(made.step(5)).toBe(1)
})

test('probes record in every cycle in which they are valid, however many', () => {
  const count = register('count', 100, { reset: 0n })
  const made = bench(
    module('counts', {
      ports: [output('now', 100, { fallback: count })],
      signals: [count],
      body: [assign(count, op('add', count, literal(100, 1)))],
      probes: [probe('odd', bitOf(count), count)],
    }),
    { records: true },
  )
  made.set('rst', 1)
  made.step()
  made.set('rst', 0)
  made.engine.records()

  made.step(50_000)

  const records = made.engine.records()
  expect(made.engine.compiled.probes).toEqual([{ path: [], name: 'odd', bits: 100 }])
  expect(records.length).toBe(25_000)
  expect(records[0]).toEqual({ probe: 0, edge: 2, value: 1n })
  expect(records.every(({ value }, index) => value === BigInt(2 * index + 1))).toBe(true)
  expect(made.engine.records()).toEqual([])
})

const bitOf = (value: Parameters<typeof op>[1]) => op('parity', op('and', value, literal(value.bits, 1)))
