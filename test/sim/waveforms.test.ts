import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { BuiltSimulation } from '#sim/build'
import { buildPlayground, openPlayground, small } from './playground.ts'

// A simulator that is not in the cache yet takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let directory: string
let vcd: BuiltSimulation
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tessera-waves-'))
  vcd = await buildPlayground('vcd')
})
afterAll(() => rmSync(directory, { recursive: true }))

/** The times at which anything changes. */
function times(text: string): readonly number[] {
  return Array.from(text.matchAll(/^#(\d+)$/gm), ([, time]) => Number(time))
}

describe('a VCD file', () => {
  test('begins with the cycle in which it is asked for and ends with the last before it is stopped', () => {
    using simulation = openPlayground(vcd)
    small(simulation, 'enable').value = 1
    simulation.step(10)
    const file = join(directory, 'part.vcd')

    simulation.startTrace(file)
    simulation.step(3)
    simulation.stopTrace()
    simulation.step(100)

    const text = readFileSync(file, 'utf8')
    expect(text).toMatch(/\$var\s+\w+\s+8 \S+ count \[7:0\] \$end/)
    expect(times(text)).toEqual([120, 125, 130, 135, 140, 145])
  })

  test('is complete when the simulation is closed', () => {
    const simulation = openPlayground(vcd)
    const file = join(directory, 'closed.vcd')
    simulation.startTrace(file)
    simulation.step(2)

    simulation.close()

    expect(times(readFileSync(file, 'utf8'))).toEqual([20, 25, 30, 35])
  })

  test('is complete when the Verilog stops', () => {
    using simulation = openPlayground(vcd, { onOutput: () => undefined })
    const file = join(directory, 'stopped.vcd')
    simulation.startTrace(file)
    small(simulation, 'stop').value = 1

    expect(() => simulation.step(5)).toThrow('count is 0')

    expect(times(readFileSync(file, 'utf8'))).toEqual([20, 25])
  })

  test('is complete when the process ends with the simulation open', async () => {
    const file = join(directory, 'open.vcd')
    const script = join(directory, 'open.mts')
    writeFileSync(
      script,
      `import { buildPlayground, openPlayground } from ${JSON.stringify(join(import.meta.dirname, 'playground.ts'))}\n` +
        `const built = await buildPlayground('vcd')\n` +
        `const simulations = [openPlayground(built), openPlayground(built)]\n` +
        `simulations[0].memory('cells8').fill(1)\n` +
        `simulations[0].startTrace(${JSON.stringify(file)})\n` +
        `simulations[0].step(2)\n`,
    )
    const child = spawn(process.execPath, ['--import', 'tsx', script], { cwd: join(import.meta.dirname, '../..') })

    const [code] = (await once(child, 'exit')) as [number | null]

    expect(code).toBe(0)
    expect(times(readFileSync(file, 'utf8'))).toEqual([20, 25, 30, 35])
  })

  test('can be followed by another', () => {
    using simulation = openPlayground(vcd)
    const files = [join(directory, 'one.vcd'), join(directory, 'two.vcd')]

    for (const file of files) {
      simulation.startTrace(file)
      simulation.step(2)
    }
    simulation.stopTrace()

    expect(files.map((file) => times(readFileSync(file, 'utf8')))).toEqual([
      [20, 25, 30, 35],
      [40, 45, 50, 55],
    ])
  })

  test('in a directory that is not there is an error', () => {
    using simulation = openPlayground(vcd)
    const file = join(directory, 'missing', 'x.vcd')

    expect(() => simulation.startTrace(file)).toThrow(`SIM-0207: the waveform file \`${file}\` cannot be written`)
    simulation.step()
  })
})

test('an FST file is written by a simulator that is built for it', async () => {
  using simulation = openPlayground(await buildPlayground('fst'))
  const file = join(directory, 'wave.fst')

  simulation.startTrace(file)
  simulation.step(100)
  simulation.stopTrace()

  expect(readFileSync(file).length).toBeGreaterThan(100)
})

test('a simulator without waveforms says how to build one with them', async () => {
  using simulation = openPlayground(await buildPlayground())
  const file = join(directory, 'none.vcd')

  expect(() => simulation.startTrace(file)).toThrow("help: build(source, { trace: 'fst' }) or 'vcd'")
  expect(existsSync(file)).toBe(false)
})
