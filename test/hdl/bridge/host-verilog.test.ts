import { describe, expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { hostBridge, serialHostBridge } from '#hdl/bridge'
import { smallSerialBridge } from '../../../hdl/bridge/host-uart.ts'
import { lint, synthesisCheck } from '../../emit/tools.ts'

const options = { clockHz: 12_000_000, modules: 3, depth: 40, outstanding: 2 }

describe.each([
  ['a bridge for frames', hostBridge({ clockHz: 100_000_000, modules: 6 })],
  ['a bridge for raw datagrams', hostBridge({ ...options, format: 'rawDatagrams' })],
  ['a bridge on a serial line', serialHostBridge({ ...options, baud: 115_200 })],
  ['a small bridge on a serial line', smallSerialBridge],
  [
    'a bridge for raw bytes on a serial line',
    serialHostBridge({ ...options, baud: 115_200, format: 'rawBytes', sources: 'kept' }),
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
