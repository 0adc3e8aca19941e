/** Registers, clocks and resets. */
import { describe, expect, test } from 'vitest'
import type { Domain, Signal } from '#ir'
import {
  assign,
  domain,
  input,
  instance,
  instanceOutput,
  literal,
  module,
  op,
  output,
  register,
  when,
  wire,
} from '../support/nodes.ts'
import { bench, clearRandomState } from './support.ts'

/** A counter with an enable in a domain. */
const counter = (own: Domain, reset: number | undefined = 5) => {
  const enable = input('enable')
  const value = register('value', 8, { domain: own, reset: reset === undefined ? undefined : BigInt(reset) })
  return module('counter', {
    domains: [own],
    ports: [enable, output('count', 8, { fallback: value })],
    signals: [value],
    body: [when(enable, [assign(value, op('add', value, literal(8, 1)))])],
  })
}

test('a register moves at the edge, not before', () => {
  const made = bench(counter(domain('main')))
  made.set('rst', 1)
  made.step()
  made.set('rst', 0)
  made.set('enable', 1)

  const before = made.get('count')
  made.step()
  const after = made.get('count')

  expect([before, after]).toEqual([5n, 6n])
})

test('many edges at once are the same as one after the other', () => {
  const [once, often] = [bench(counter(domain('main'))), bench(counter(domain('main')))]
  for (const made of [once, often]) {
    made.set('rst', 1)
    made.step()
    made.set('rst', 0)
    made.set('enable', 1)
  }

  const ran = once.step(300)
  for (let edge = 0; edge < 300; edge++) often.step()

  expect(ran).toBe(300)
  expect([once.get('count'), once.engine.edge]).toEqual([often.get('count'), often.engine.edge])
  expect(once.get('count')).toBe((5n + 300n) & 255n)
})

test('registers that feed each other change places', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name, index) => register(name, 100, { reset: BigInt(index) })) as [
    Signal,
    Signal,
    Signal,
  ]
  const made = bench(
    module('ring', {
      ports: [output('first', 100, { fallback: a })],
      signals: [a, b, c],
      body: [assign(a, b), assign(b, c), assign(c, a)],
    }),
  )
  made.set('rst', 1)
  made.step()
  made.set('rst', 0)

  const seen = [0, 1, 2, 3].map(() => {
    const value = made.get('first')
    made.step()
    return value
  })

  expect(seen).toEqual([0n, 1n, 2n, 0n])
})

test('the last assignment that is reached counts', () => {
  const choose = input('choose')
  const held = register('held', 4)
  const made = bench(
    module('last', {
      ports: [choose, output('result', 4, { fallback: held })],
      signals: [held],
      body: [
        assign(held, literal(4, 1)),
        when(choose, [assign(held, literal(4, 2))]),
        when(op('not', choose), [assign(held, literal(4, 3))]),
      ],
    }),
  )

  const seen = [1, 0].map((value) => {
    made.set('choose', value)
    made.step()
    return made.get('result')
  })

  expect(seen).toEqual([2n, 3n])
})

describe('resets', () => {
  test('a synchronous one counts at the edge', () => {
    const made = bench(counter(domain('main')))
    clearRandomState(made)
    made.set('rst', 1)

    const before = made.get('count')
    made.step()

    expect([before, made.get('count')]).toEqual([0n, 5n])
  })

  test('an asynchronous one counts at once', () => {
    const made = bench(counter(domain('main', 'asynchronous')))
    clearRandomState(made)

    made.set('rst', 1)

    expect(made.get('count')).toBe(5n)
  })

  test('a domain without one starts with the first value', () => {
    const made = bench(counter(domain('main', 'none')))

    expect(made.engine.resets).toEqual([undefined])
    expect(made.get('count')).toBe(5n)
  })

  test('a register without reset value starts anywhere, but always at the same place for the same seed', () => {
    const starts = (seed: number): bigint => bench(counter(domain('main'), undefined), { seed }).get('count')
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)

    const values = seeds.map(starts)

    expect(seeds.map(starts)).toEqual(values)
    expect(new Set(values).size).toBeGreaterThan(10)
  })
})

describe('several clocks', () => {
  const [main, other] = [domain('main'), domain('other', 'asynchronous')]
  const from = register('from', 8, { domain: main, reset: 0n })
  const to = register('to', 8, { domain: other, reset: 0n })
  const two = module('two', {
    domains: [main, other],
    ports: [output('seen', 8, { fallback: to }), output('source', 8, { fallback: from })],
    signals: [from, to],
    body: [assign(from, op('add', from, literal(8, 1))), assign(to, from)],
  })
  const reset = () => {
    const made = bench(two)
    for (const name of ['rst', 'other_rst']) made.set(name, 1)
    made.step(1, 3)
    for (const name of ['rst', 'other_rst']) made.set(name, 0)
    return made
  }

  test('an edge of one leaves the registers of the other', () => {
    const made = reset()

    made.step(3, 1)
    made.step(1, 2)
    made.step(2, 1)

    expect([made.get('source'), made.get('seen')]).toEqual([5n, 3n])
  })

  test('at edges at the same instant, both see what was before', () => {
    const made = reset()

    made.step(4, 3)

    expect([made.get('source'), made.get('seen')]).toEqual([4n, 3n])
  })

  test('an instance has the clock that its parent gives it', () => {
    const count = instanceOutput('count', 8)
    const enable = wire('enable', 1, { fallback: literal(1, 1) })
    const made = bench(
      module('parent', {
        domains: [main, domain('other')],
        ports: [output('result', 8, { fallback: count })],
        signals: [count, enable],
        instances: [instance('child', counter(domain('main')), { count, enable }, 1, { main: domain('other') })],
      }),
    )
    made.set('other_rst', 1)
    made.step(1, 2)
    made.set('other_rst', 0)

    made.step(3, 1)
    const before = made.get('result')
    made.step(2, 2)

    expect([before, made.get('result')]).toEqual([5n, 7n])
  })

  test('a clock that is made inside has its edges when its signal rises', () => {
    const pin = input('pin')
    const half = register('half', 1, { domain: main, reset: 0n })
    const [slow, pinned] = [domain('slow', 'none'), domain('pinned', 'none')]
    const [slowCount, pinCount] = [slow, pinned].map((own) =>
      register(`${own.name}_count`, 8, { domain: own, reset: 0n }),
    ) as [Signal, Signal]
    const provided = [
      { kind: 'providedDomain', domain: slow, clock: half, reset: undefined, origin: half.origin },
      { kind: 'providedDomain', domain: pinned, clock: pin, reset: undefined, origin: pin.origin },
    ] as const
    const made = bench(
      module('divider', {
        domains: [main],
        provided,
        ports: [pin, output('slow', 8, { fallback: slowCount }), output('pins', 8, { fallback: pinCount })],
        signals: [half, slowCount, pinCount],
        body: [
          assign(half, op('not', half)),
          ...[slowCount, pinCount].map((count) => assign(count, op('add', count, literal(8, 1)))),
        ],
      }),
    )
    made.set('rst', 1)
    made.step()
    made.set('rst', 0)
    const start = made.get('slow')

    made.step(10)
    const pins = [1, 0, 1].map((level) => {
      made.set('pin', level)
      return made.get('pins')
    })

    expect(made.get('slow') - start).toBe(5n)
    expect(pins).toEqual([1n, 1n, 2n])
  })
})
