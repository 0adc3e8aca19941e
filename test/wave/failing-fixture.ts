/** A test file that fails on purpose: `kept-waves.test.ts` runs it and looks at what it leaves. */
import { expect, test } from 'vitest'
import { keepWavesOfFailures } from '#sim/simulate/vitest'
import { simulate } from '#sim/simulate'
import { counter } from '../sim/simulated-designs.ts'

keepWavesOfFailures({ edges: 4, directory: process.env['WAVES'] ?? 'out/waves' })

test('a counter that counts to 300: no', () => {
  using sim = simulate(counter(8))
  sim.io.enable.value = 1
  sim.step(300)

  expect(sim.io.count.value).toBe(300)
})

test('a counter that counts to 3', () => {
  using sim = simulate(counter(8))
  sim.io.enable.value = 1
  sim.step(3)

  expect(sim.io.count.value).toBe(3)
})

test('two counters', () => {
  using first = simulate(counter(8))
  using second = simulate(counter(4))
  first.step()
  second.step()

  expect(first.io.count.value).toBe(second.io.count.value + 1)
})
