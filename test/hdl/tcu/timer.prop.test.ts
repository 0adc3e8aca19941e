import fc from 'fast-check'
import { expect, test } from 'vitest'
import { simulate } from '#sim/simulate'
import { timer } from '../../../hdl/tcu/timer.ts'

const set = (sim: ReturnType<typeof open>, ns: number): void => {
  sim.io.set.value = { valid: 1, ns }
  sim.step()
  sim.io.set.value = { valid: 0, ns: 0 }
}
const open = (clockHz: number) => simulate(timer(clockHz))
const seed = 3

test.each([100_000_000, 30_000_000, 33_333_333, 1_000_000_000, 1_200_000_000, 48_000_000])(
  'at %i Hz the timer is due in the cycle behind the first in which its time is over',
  (clockHz) => {
    const sim = open(clockHz)

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (ns) => {
        set(sim, ns)
        const cycles = Number((BigInt(ns) * BigInt(clockHz) + 999_999_999n) / 1_000_000_000n)
        for (let cycle = 1; cycle <= cycles; cycle++) {
          expect(sim.io.due.value).toBe(0)
          sim.step()
        }
        expect(sim.io.due.value).toBe(1)
        sim.io.granted.value = 1
        sim.step()
        sim.io.granted.value = 0
        sim.step(5)
        expect(sim.io.due.value).toBe(0)
      }),
      { seed, numRuns: 25 },
    )
  },
)

test('setting the timer cancels an expiry that waits for its turn, and 0 stops it', () => {
  const sim = open(100_000_000)

  set(sim, 20)
  sim.step(10)
  expect(sim.io.due.value).toBe(1)
  set(sim, 0)

  expect(sim.io.due.value).toBe(0)
  sim.step(100)
  expect(sim.io.due.value).toBe(0)
})

test('a running timer that is set again begins anew', () => {
  const sim = open(100_000_000)

  set(sim, 50)
  sim.step(3)
  set(sim, 50)
  sim.step(4)
  expect(sim.io.due.value).toBe(0)
  sim.step(2)

  expect(sim.io.due.value).toBe(1)
})

test('a restart stops it', () => {
  const sim = open(100_000_000)

  set(sim, 50)
  sim.io.restart.value = 1
  sim.step()
  sim.io.restart.value = 0
  sim.step(50)

  expect(sim.io.due.value).toBe(0)
})
