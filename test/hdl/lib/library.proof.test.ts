import { describe, expect, test } from 'vitest'
import { type ModuleDefinition, uint } from '#edsl'
import { blockFifo, fixedPriority, flowFifo, framer, fork, registerSlice, weighted, widen } from '#hdl/lib'
import { prove } from '#sim/prove'
import { creditPath } from './support/credit-path.ts'
import { inOrder, ordered, type Passage } from './support/ordered.ts'
import { withFault } from './support/with-fault.ts'

/** The verdict of every property, with the way to its instance. */
const verdictsOf = async (definition: { readonly name: string }, only?: string): Promise<Record<string, string>> => {
  const { verdicts } = await prove(definition, { secondsPerProperty: 120, ...(only !== undefined && { only }) })
  return Object.fromEntries(verdicts.map(({ sentence, path, verdict }) => [[...path, sentence].join(': '), verdict]))
}

const good = ['proved', 'reached']

describe('numbers come out as they went in, in every run of', () => {
  const parts: readonly (readonly [string, Passage, number])[] = [
    ['a block-RAM queue of 2', blockFifo(uint(2), 2), 2],
    ['a block-RAM queue of 3', blockFifo(uint(2), 3), 2],
    ['a flow queue of 2', flowFifo(uint(2), 2), 2],
    ["a slice that cuts 'valid'", registerSlice(uint(2), 'valid'), 2],
    ["a slice that cuts 'ready'", registerSlice(uint(2), 'ready'), 2],
    ["a slice that cuts 'both'", registerSlice(uint(2), 'both'), 2],
    ['two credits over a link of one stage', creditPath(uint(2), 2, 2, 1), 2],
  ]
  test.each(parts)(
    '%s',
    async (_, part, bits) => {
      const verdicts = await verdictsOf(ordered(part, bits))

      expect(Object.entries(verdicts).filter(([, verdict]) => !good.includes(verdict))).toEqual([])
      expect(verdicts[inOrder]).toBe('proved')
    },
    600_000,
  )
})

describe('parts keep what they promise', () => {
  const parts: readonly (readonly [string, ModuleDefinition<never>])[] = [
    ['a fixed order', fixedPriority(4) as never],
    ['weights', weighted(3, [1, 2, 4]) as never],
    ['a fork', fork(uint(1), 3) as never],
    ['a widener', widen(1, 3) as never],
    ['a framer', framer(uint(1), 5) as never],
  ]
  test.each(parts)(
    '%s',
    async (_, part) => {
      const verdicts = await verdictsOf(part)

      expect(Object.entries(verdicts).filter(([, verdict]) => !good.includes(verdict))).toEqual([])
    },
    300_000,
  )
})

describe('a fault is found:', () => {
  test('a receiver with room for one payload less than there are credits', async () => {
    const verdicts = await verdictsOf(ordered(creditPath(uint(2), 3, 2, 1), 2), 'no room')

    expect(verdicts).toEqual({ 'middle: receiver: never gets a payload that it has no room for': 'refuted' })
  })

  const faults: readonly (readonly [string, Passage, string, string, 0 | 1])[] = [
    ['a block-RAM queue that is never full', blockFifo(uint(2), 2), 'block_fifo_2x2', 'from_ready', 1],
    ['a block-RAM queue that always reads one place', blockFifo(uint(2), 2), 'block_fifo_2x2', 'next_front', 0],
    ['a flow queue that stores what has passed', flowFifo(uint(2), 2), 'flow_fifo_2x2', 'store_from_valid', 1],
    [
      "a slice that cuts 'valid' and is always ready",
      registerSlice(uint(2), 'valid'),
      'slice_valid_2',
      'from_ready',
      1,
    ],
    ["a slice that cuts 'ready' and forgets", registerSlice(uint(2), 'ready'), 'slice_ready_2', 'full', 0],
    ['a sender that needs no credits', creditPath(uint(2), 3, 3, 1), 'credit_sender_2x3', 'from_ready', 1],
  ]
  test.each(faults)('%s', async (_, part, inModule, signal, value) => {
    const { verdicts } = await prove(withFault(ordered(part, 2), inModule, signal, value), { only: inOrder })

    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['refuted'])
  })

  test('weights that nobody counts', async () => {
    const { verdicts } = await prove(withFault(weighted(2, [1, 2]), 'weighted_1_2', 'in_round', 0))

    expect(verdicts.filter(({ verdict }) => verdict === 'refuted')).not.toEqual([])
  })
})
