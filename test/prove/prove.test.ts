import { expect, test } from 'vitest'
import { allow, assert, assume, bit, cover, input, memory, module, output, past, reg, rose, uint, when } from '#edsl'
import { fifo, roundRobin } from '#hdl/lib'
import { type Frame, ProofError, prove, replay, replayText } from '#sim/prove'

const verdictsOf = async (definition: { readonly name: string }): Promise<Record<string, string>> =>
  Object.fromEntries((await prove(definition)).verdicts.map(({ sentence, verdict }) => [sentence, verdict]))

test('the parts of the library keep their promises', async () => {
  expect(await verdictsOf(fifo(uint(2), 4))).toEqual({ 'never holds more than its depth': 'proved' })
  expect(await verdictsOf(roundRobin(4))).toEqual({
    'grants one requester at most': 'proved',
    'grants only who requests': 'proved',
    'grants whenever somebody requests': 'proved',
  })
})

test('a register without reset may begin with anything', async () => {
  const careless = module('careless', { set: input(bit), value: output(uint(4)) }, ({ set, value }) => {
    const held = reg(uint(4))
    const wasSet = reg(bit, 0)
    // The only value that it ever takes is 3: an optimiser that may choose the first value would make it a constant.
    when(set, () => {
      held.next(3)
      wasSet.next(1)
    })
    value.drive(held)
    assert(held.eq(3), 'is three from the beginning')
    assert(wasSet.not().or(held.eq(3)), 'is three once it was set')
  })

  expect(await verdictsOf(careless)).toEqual({
    'is three from the beginning': 'refuted',
    'is three once it was set': 'proved',
  })
})

test('a memory without first contents may hold anything, and the counterexample says what', async () => {
  const reader = module(
    'reader',
    { clear: input(bit), at: input(uint(1)), word: output(uint(2)) },
    ({ clear, at, word }) => {
      const store = memory(uint(2), 2, { read: 'now' })
      when(clear, () => store.write(at, 0))
      word.drive(store.read(at))
      assert(store.read(at).ne(2), 'never reads two')
    },
  )

  const [verdict] = (await prove(reader)).verdicts

  expect(verdict?.verdict).toBe('refuted')
  const { first = {}, frames = [] } = verdict?.example ?? {}
  const { at } = frames.at(-1) ?? {}
  expect(first[`store[${at}]`]).toBe(2n)
})

test('what is true without a proof counts as proved, and what is false at once as refuted', async () => {
  const plain = module('plain', { a: input(uint(2)), b: output(bit) }, ({ a, b }) => {
    b.drive(a.any())
    allow('HDL-0324', 'both are decided without looking at a run')
    assert(a.eq(a), 'is what it is')
    assert(a.lt(a), 'is below itself')
  })

  expect(await verdictsOf(plain)).toEqual({ 'is what it is': 'proved', 'is below itself': 'refuted' })
})

test('a design without properties proves nothing', async () => {
  const silent = module('silent', { a: input(bit), b: output(bit) }, ({ a, b }) => b.drive(a))

  await expect(prove(silent)).rejects.toThrow(ProofError)
  await expect(prove(silent)).rejects.toThrow('PRV-0103: `silent` has no property')
})

test('a counterexample can be pasted into a test', async () => {
  const runaway = module('runaway', { go: input(bit), count: output(uint(2)) }, ({ go, count }) => {
    const value = reg(uint(2), 0)
    when(go, () => value.next(value.addWrap(1)))
    count.drive(value)
    assert(value.ne(2), 'is never two')
  })
  const [verdict] = (await prove(runaway)).verdicts

  const text = replayText('runaway', 'is never two', verdict?.example ?? { first: {}, frames: [] })

  expect(text).toBe(`test("counterexample: is never two", () => {
  const happened = replay(runaway, {
    first: {},
    frames: [
      { rst: 1n },
      { go: 1n },
      { go: 1n },
      {},
    ],
  })

  expect(happened.map(({ sentence }) => sentence)).not.toContain("is never two")
})
`)
  const frames: Frame[] = [{ rst: 1n }, { go: 1n }, { go: 1n }, {}]
  expect(replay(runaway, { first: {}, frames })).toEqual([{ check: 'assert', sentence: 'is never two', path: [] }])
})

test('what looks back is known from the second cycle on, in proofs as in simulation', async () => {
  const follower = module('follower', { a: input(bit), b: output(bit) }, ({ a, b }) => {
    const held = reg(bit)
    held.next(a)
    b.drive(held)
    assert(b.eq(past(a)), 'follows one cycle later')
    assert(b.eq(past(a, 2)), 'follows two cycles later')
    cover(rose(b), 'rises')
  })

  expect(await verdictsOf(follower)).toEqual({
    'follows one cycle later': 'proved',
    'follows two cycles later': 'refuted',
    rises: 'reached',
  })
})

test('a proof relies on what is assumed, and on nothing that contradicts itself', async () => {
  const guarded = (...limits: readonly number[]) =>
    module(`guarded_${limits.join('_')}`, { a: input(uint(4)), b: output(uint(4)) }, ({ a, b }) => {
      b.drive(a)
      for (const limit of limits) assume(limit < 8 ? a.lt(limit) : a.gt(limit), `keeps to ${limit}`)
      assert(b.lt(5), 'stays below five')
    })

  expect(await verdictsOf(guarded(5))).toEqual({ 'stays below five': 'proved' })
  expect(await verdictsOf(guarded(6))).toEqual({ 'stays below five': 'refuted' })
  await expect(prove(guarded(2, 9))).rejects.toThrow('PRV-0104: the assumptions of `guarded_2_9` contradict each other')
})
