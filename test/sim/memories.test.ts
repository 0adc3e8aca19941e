import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { BuiltSimulation } from '#sim/build'
import type { Simulation } from '#sim/bridge'
import { buildPlayground, openPlayground, small } from './playground.ts'

// A simulator that is not in the cache yet takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let built: BuiltSimulation
beforeAll(async () => {
  built = await buildPlayground()
})

const widths = [8, 16, 32, 64, 128] as const

function bytes(bits: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: bits / 8 }, (_, index) => (seed + 37 * index) & 0xff)
}

function number(from: Uint8Array): bigint {
  return from.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function put(simulation: Simulation, name: string, value: bigint): void {
  const port = simulation.port(name)
  if (port.kind === 'number') port.value = Number(value)
  else port.value = value
}

describe.each(widths)('a memory of %i-bit elements', (bits) => {
  test('is read by the Verilog as the view wrote it, in the same cycle', () => {
    using simulation = openPlayground(built)
    const view = simulation.memory(`cells${bits}`)
    small(simulation, 'address').value = 5
    simulation.step()

    view.set(bytes(bits, 200), (5 * bits) / 8)
    simulation.step()

    expect(view.length).toBe((16 * bits) / 8)
    expect(BigInt(simulation.port(`answer${bits}`).value)).toBe(number(bytes(bits, 200)))
  })

  test('shows in the view what the Verilog writes', () => {
    using simulation = openPlayground(built)
    const view = simulation.memory(`cells${bits}`).fill(0)
    small(simulation, 'write').value = 1
    small(simulation, 'address').value = 15
    put(simulation, `data${bits}`, number(bytes(bits, 77)))

    simulation.step()

    expect(view.subarray((15 * bits) / 8)).toEqual(bytes(bits, 77))
    expect(view.subarray(0, (15 * bits) / 8).every((byte) => byte === 0)).toBe(true)
  })
})

describe('a view', () => {
  test('can be read after its simulation is closed', () => {
    const simulation = openPlayground(built)
    const view = simulation.memory('cells128').fill(42)

    simulation.close()
    for (let round = 0; round < 20; round++) openPlayground(built).close()

    expect(view.every((byte) => byte === 42)).toBe(true)
  })

  test('of the same memory is the same memory', () => {
    using simulation = openPlayground(built)

    simulation.memory('cells8').fill(3)

    expect(simulation.memory('cells8')[9]).toBe(3)
  })

  test('of an unknown memory is an error that lists those that are there', () => {
    using simulation = openPlayground(built)

    expect(() => simulation.memory('ram')).toThrow('there are: cells8, cells16, cells32, cells64, cells128')
  })
})
