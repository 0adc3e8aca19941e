import { describe, expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { coreBridge } from '#hdl/bridge'
import { lint, synthesisCheck } from '../../emit/tools.ts'

describe.each([
  ['a core bridge of 128 bits', coreBridge({ dataBits: 128, idBits: 4, sendTimeoutCycles: 1000 })],
  [
    'a small core bridge of 64 bits that waits for ever for acknowledgements',
    coreBridge({ dataBits: 64, idBits: 1, reads: 2, writes: 1, sendTimeoutCycles: 0, writesAre: 'acknowledged' }),
  ],
])('%s', (_, definition) => {
  const design = elaborate(definition)

  test('is Verilog without a warning', () => {
    expect(lint(design)).toBe('')
  })

  test('is fit for synthesis: one driver per wire, no loop, no latch', () => {
    expect(synthesisCheck(design)).toBe('')
  })
})

test.each([
  [{ reads: 3 }, 'reads is 3, use 2, 4, 8 or 16'],
  [{ writes: 0 }, 'writes is 0, use 1 to 16'],
  [{ idBits: 0 }, 'idBits is 0, use 1 or more'],
  [{ sendTimeoutCycles: -1 }, 'sendTimeoutCycles is -1, use 0 or more'],
])('a core bridge with %j is refused', (given, reason) => {
  expect(() => coreBridge({ dataBits: 128, idBits: 1, sendTimeoutCycles: 0, ...(given as object) })).toThrow(reason)
})
