import { expect, test } from 'vitest'
import { uint } from '#edsl'
import { asyncFifo, handshakeCrossing } from '#hdl/lib'
import { prove } from '#sim/prove'
import { inOrder } from './support/ordered.ts'
import { orderedAcross } from './support/ordered-across.ts'
import { withFault } from './support/with-fault.ts'

test.each([
  ['a handshake', handshakeCrossing(uint(1)), 1],
  ['a queue of 2', asyncFifo(uint(2), 2), 2],
])(
  '%s between clocks: edges in any order neither lose, repeat nor exchange numbers',
  async (_, part, bits) => {
    const { verdicts } = await prove(orderedAcross(part, bits), { secondsPerProperty: 120 })

    expect(verdicts.filter(({ verdict }) => verdict !== 'proved' && verdict !== 'reached')).toEqual([])
  },
  600_000,
)

test.each([
  ['a handshake that does not wait for its answer', handshakeCrossing(uint(1)), 1, 'handshake_1', 'from_ready'],
  ['a queue that is never full', asyncFifo(uint(2), 2), 2, 'async_fifo_2x2', 'from_ready'],
  ['a queue that shows what has not crossed', asyncFifo(uint(2), 2), 2, 'async_fifo_2x2', 'shown'],
])(
  'a fault is found: %s',
  async (_, part, bits, inModule, signal) => {
    const { verdicts } = await prove(withFault(orderedAcross(part, bits), inModule, signal, 1), { only: inOrder })

    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['refuted'])
  },
  600_000,
)
