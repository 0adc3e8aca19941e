import { expect, test } from 'vitest'
import { allow, assert, bit, input, memory, module, output, reg, uint, when } from '#edsl'
import { fifo, roundRobin } from '#hdl/lib'
import { ProofError, prove } from '#sim/prove'

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
