/** The same scenarios in both engines. */
import { describe, expect, test } from 'vitest'
import type { ModuleDefinition, PortRecord } from '#edsl'
import { AssertionFailed, pump, simulate, type SimulateOptions, type Simulator } from '#sim/simulate'
import { archive, clocks, command, foreign, resets, shapes, slice } from './simulated-designs.ts'

const thrownBy = (act: () => unknown): Error => {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

describe.each(['wasm', 'verilator'] as const)('in %s', (engine) => {
  const open = async <P extends PortRecord>(
    definition: ModuleDefinition<P>,
    options: SimulateOptions = {},
  ): Promise<Simulator<P>> =>
    engine === 'wasm' ? simulate(definition, options) : simulate(definition, { ...options, engine })

  test('outputs of every shape follow the inputs at once, registers at the edge', async () => {
    using sim = await open(shapes)
    const write = { op: 'write', address: 0xabc, data: (1n << 40n) - 1n } as const

    sim.io.large.value = (1n << 100n) - 1n
    sim.io.signed.value = -256
    sim.io.wideSigned.value = -(1n << 69n)
    sim.io.op.value = 'fence'
    sim.io.command.value = write
    sim.io.request.value = { kind: 'store', value: write }
    sim.io.list.value = [1, 31, 7]
    sim.io.bus.lanes[0].value = 9
    sim.io.bus.lanes[1].value = 8

    expect(sim.io.wide.value).toBe(0n)
    expect(sim.io.sum.value).toBe(-255)
    expect(sim.io.wideNegative.value).toBe(-(1n << 69n))
    expect(sim.io.opOut.value).toBe('fence')
    expect(sim.io.commandOut.value).toEqual(write)
    expect(sim.io.requestOut.value).toEqual({ kind: 'store', value: write })
    expect(sim.io.listOut.value).toEqual([1, 31, 7])
    expect(sim.io.bus.answer.value).toBe(1)
    sim.step()
    sim.io.command.parts.op.value = 'read'
    expect(sim.io.before.value).toEqual(write)
    expect(sim.io.commandOut.parts.op.value).toBe('read')
    expect(sim.io.commandOut.parts.address.value).toBe(0xabc)
  })

  test('a variant without a payload is its name', async () => {
    using sim = await open(shapes)

    sim.io.request.value = { kind: 'idle' }

    expect(sim.io.requestOut.value).toEqual({ kind: 'idle' })
  })

  test('signals, records and memories below the top are found by name', async () => {
    using sim = await open(archive)
    sim.io.address.value = 3
    sim.io.data.value = 77
    sim.io.start.value = 1
    sim.step()
    sim.io.start.value = 0

    expect(sim.peek('left.state')).toBe('write')
    expect(sim.peek('left.held')).toEqual({ address: 3, data: 77 })
    expect(sim.until(sim.io.done)).toBe(1)
    expect(sim.memory('left.store').read(3)).toBe(77)
    expect(sim.memory('left.store').all()).toHaveLength(16)
  })

  test('a written word is there at once', async () => {
    using sim = await open(archive)
    sim.io.address.value = 9

    sim.memory('left.store').write(9, 0xfedcb)

    expect(sim.io.seen.value).toBe(0xfedcb)
    sim.step(5)
    expect(sim.io.seen.value).toBe(0xfedcb)
  })

  test('covers are counted, probes are recorded, and a violation tells what, where and when', async () => {
    using sim = await open(archive, { probes: 'all' })
    sim.io.data.value = 5
    sim.io.start.value = 1
    sim.step(7)

    expect(sim.covered).toEqual({ 'something was stored': 2, 'asked again at once': 2 })
    expect(sim.records('written')).toEqual([
      { cycle: 1, path: ['left'], value: 5 },
      { cycle: 4, path: ['left'], value: 5 },
    ])
    sim.io.data.value = 0xbad
    sim.step(2)
    const error = thrownBy(() => sim.step(20))
    expect(error).toBeInstanceOf(AssertionFailed)
    expect(error.message).toMatch(
      /^violated in cycle 10: nobody stores 0xbad\n {2}at test\/sim\/simulated-designs\.ts:\d+:\d+\n {2}in archive > left$/,
    )
    expect(thrownBy(() => sim.step())).toBe(error)
  })

  test('an assumption that the inputs break is told apart from an assertion', async () => {
    using sim = await open(archive)
    sim.io.data.value = 0xfffff

    const error = thrownBy(() => sim.step()) as AssertionFailed

    expect(error.violation).toMatchObject({ check: 'assume', path: [], cycle: 0 })
    expect(error.message).toContain('the inputs broke an assumption in cycle 0: data is never all ones')
  })

  test('clocks rise in their times', async () => {
    using sim = await open(clocks, {
      clocks: { main: { period: 10 }, pixel: { period: 7, phase: 3 } },
      record: 'ports',
    })

    sim.step(2)
    sim.advance(4.5)

    expect(sim.time).toBe(24.5)
    expect([sim.cycle, sim.cycles('pixel')]).toEqual([2, 4])
    expect([sim.io.fast.value, sim.io.slow.value]).toEqual([2, 104])
    expect(sim.wave.text.split('\n')).toEqual([
      'edge       0  1  2  3 4',
      'clk        .  .  ↑  . ↑',
      'pixel_clk  .  ↑  ↑  ↑ .',
      'fast       0  .  1  . 2',
      'slow       64 65 66 67',
    ])
  })

  test('without times, only the named clocks rise, together as long as both have cycles left', async () => {
    using sim = await open(clocks)

    sim.step({ pixel: 3 })
    sim.step({ pixel: 1, main: 2 })

    expect([sim.io.fast.value, sim.io.slow.value]).toEqual([2, 104])
    expect(sim.time).toBe(50)
  })

  test('reset holds every domain', async () => {
    using sim = await open(clocks)
    sim.step({ pixel: 3, main: 5 })

    sim.reset(1)

    expect([sim.io.fast.value, sim.io.slow.value]).toEqual([0, 100])
  })

  test('a reset counts as its domain says', async () => {
    using sim = await open(resets)
    expect([sim.io.early.value, sim.io.always.value]).toEqual([5, 9])
    sim.step({ early: 2, always: 1 })
    expect([sim.io.early.value, sim.io.always.value]).toEqual([7, 10])

    sim.reset(1)

    expect([sim.io.early.value, sim.io.always.value]).toEqual([5, 11])
  })

  test('what goes into a stream comes out of it', async () => {
    using sim = await open(slice('none'))
    const values = Array.from({ length: 50 }, (_, index) => index * 5)

    expect(pump(sim, { from: values, stalls: 'random', seed: 4 }).to).toEqual(values)
  })

  test('a record is given and taken as the shape says', async () => {
    using sim = await open(shapes, { record: ['command', 'before.op', 'sum'] })
    sim.io.command.value = { op: 'write', address: 1, data: 2n }
    sim.io.signed.value = -5
    sim.step(2)

    expect(command.bits).toBe(54)
    expect(sim.wave.text).toBe(
      [
        'cycle            0    1',
        'command.op       write',
        'command.address  1    .',
        'command.data     2    .',
        'before.op        read write',
        'sum              -4   .',
      ].join('\n'),
    )
  })
})

test('foreign Verilog runs in Verilator, and nowhere else', async () => {
  using sim = await simulate(foreign, { engine: 'verilator' })

  sim.io.value.value = 200

  expect(sim.io.result.value).toBe(400)
  expect(sim.peek('unit.result')).toBe(400)
  expect(() => simulate(foreign)).toThrow(/verilator/i)
})

test('both engines refuse a seed that is none', async () => {
  expect(() => simulate(clocks, { seed: -1 })).toThrow('SIM-0201: a seed is an integer from 0 to 2147483646, not -1')
  await expect(simulate(clocks, { engine: 'verilator', seed: 0.5 })).rejects.toThrow('SIM-0201')
})
