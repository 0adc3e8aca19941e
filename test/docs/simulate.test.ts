/** The code of docs/simulate.md: it stands here, and runs. */
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bit, cover, input, module, output, reg, sint, uint, when } from '#edsl'
import { fifo } from '#hdl/lib'
import { arbitrary } from '#layout/arbitrary'
import { pump, simulate } from '#sim/simulate'
import '#sim/simulate/vitest'
import { clocks, counter } from '../sim/simulated-designs.ts'

const adder = module(
  'adder',
  { left: input(sint(8)), right: input(sint(8)), sum: output(sint(8)) },
  ({ left, right, sum }) => sum.drive(left.addWrap(right)),
)

const bounded = module('bounded', { enable: input(bit), count: output(uint(3)) }, ({ enable, count }) => {
  const value = reg(uint(3), 0)
  when(enable.and(value.ne(7)), () => value.next(value.addWrap(1)))
  count.drive(value)
  cover(value.eq(7), 'is full')
})

test('counts only while enabled', () => {
  using sim = simulate(counter(8))

  sim.io.enable.value = 1
  sim.step(3)
  sim.io.enable.value = 0
  sim.step(5)

  expect(sim.io.count.value).toBe(3)
})

test('answers in the same cycle', () => {
  using sim = simulate(adder)

  sim.io.left.value = 3
  sim.io.right.value = -5

  expect(sim.io.sum.value).toBe(-2)
})

test('what goes in comes out, once, in order', () => {
  const queue = fifo(uint(8), 4)
  fc.assert(
    fc.property(fc.array(arbitrary(uint(8))), fc.nat(), (values, seed) => {
      using sim = simulate(queue)

      const received = pump(sim, { from: values, stalls: 'random', seed }).to

      expect(received).toEqual(values)
    }),
  )
})

test('the slow clock rises three times in 100 ns', () => {
  using sim = simulate(clocks, { clocks: { main: { period: 10 }, pixel: { period: 33.3, phase: 5 } } })

  sim.advance(100)

  expect(sim.cycle).toBe(10)
  expect(sim.cycles('pixel')).toBe(3)
})

test('fills up', () => {
  using sim = simulate(bounded)

  sim.io.enable.value = 1
  sim.step(10)

  expect(sim.covered).toEqual({ 'is full': 3 })
})

test('counts from the cycle after', () => {
  using sim = simulate(counter(8), { record: 'ports' })

  sim.step()
  sim.io.enable.value = 1
  sim.step(3)
  sim.io.enable.value = 0
  sim.step(2)

  expect(sim.wave).toMatchWave(`
    enable  ▁▁▔▔▔▔▔▔▁▁▁▁
    count   0 . 1 2 3 .
  `)
})

test('the page shows what runs here', () => {
  const own = readFileSync(import.meta.filename, 'utf8')
  const page = readFileSync('docs/simulate.md', 'utf8')
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, text = '']) => text)

  expect(blocks).toHaveLength(6)
  for (const block of blocks) expect(own).toContain(block)
})
