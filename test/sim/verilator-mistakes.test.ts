/** Designs that Verilator got wrong once: what random designs found stays found. */
import { expect, test } from 'vitest'
import { cat, input, instance, literal, module, output, bit, uint } from '#edsl'
import { simulate } from '#sim/simulate'

const child = module('child', { a: input(uint(2)), y: output(uint(2)) }, ({ a, y }) => {
  const above = literal(8, 102).signed().gt(a.signed().extend(8))
  y.drive(a.or(cat(literal(1, 0), above)))
})

const comparison = module('comparison', { y: output(bit), bits: output(uint(2)) }, ({ y, bits }) => {
  const inner = instance(child)
  inner.a.drive(2)
  bits.drive(inner.y)
  y.drive(inner.y.signed().ge(literal(2, 3).signed()))
})

test('a signed comparison of narrow constants behind an instance is right in Verilator', async () => {
  using sim = await simulate(comparison, { engine: 'verilator' })

  expect(sim.io.bits.value).toBe(3)
  expect(sim.io.y.value).toBe(1)
})
