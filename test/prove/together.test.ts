import { expect, test } from 'vitest'
import { assert, bit, cover, input, module, output, reg, uint, when } from '#edsl'
import { prove } from '#sim/prove'

/** Two counters that always agree; with a fault, one of them misses a step now and then. */
const counters = (faulty: boolean) =>
  module(`counters_${faulty}`, { step: input(bit), equal: output(bit) }, ({ step, equal }) => {
    const [one, other] = [reg(uint(6), 0, 'one'), reg(uint(6), 0, 'other')]
    when(step, () => one.next(one.addWrap(1)))
    when(faulty ? step.and(other.ne(5)) : step, () => other.next(other.addWrap(1)))
    equal.drive(one.eq(other))
    assert(one.eq(other), 'both agree')
    assert(one.ne(3).or(other.ne(7)), 'never 3 and 7')
    assert(one.add(other).bit(0).not(), 'their sum is even')
    cover(one.eq(4), 'it gets to 4')
  })

test('assertions are proved together, each a lemma for the others; covers by themselves', async () => {
  const { ok, verdicts } = await prove(counters(false), { together: true })

  expect(ok).toBe(true)
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['proved', 'proved', 'proved', 'reached'])
})

test('what does not hold is found one by one, with its run', async () => {
  const { ok, verdicts } = await prove(counters(true), { together: true })

  expect(ok).toBe(false)
  expect(verdicts.map(({ sentence, verdict }) => [sentence, verdict])).toEqual([
    ['both agree', 'refuted'],
    ['never 3 and 7', 'proved'],
    ['their sum is even', 'refuted'],
    ['it gets to 4', 'reached'],
  ])
  expect(verdicts[0]!.example!.frames.length).toBeGreaterThan(6)
})
