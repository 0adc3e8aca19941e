import { coreConfigRegister, defaultSystem, printBufferRegister, registers } from '#layout'
import { createModelPlatform } from '#model'
import type { PrintedText, RunOptions, StepRecord, Tile, TileProgram } from '#model'
import { describe, expect, test } from 'vitest'
import { memoryEp, write, writeEp } from '../support/tcu-driver.ts'
import { traffic } from '../support/traffic.ts'

const all: RunOptions = { limitCycles: 100_000, start: 'all', until: 'all' }

const run = (programs: Readonly<Record<string, TileProgram>>, options: RunOptions = all, seed = 1) =>
  createModelPlatform(defaultSystem, { seed }).run(new Map(Object.entries(programs)), options)

describe('the model platform', () => {
  test('the same seed gives the same run, step by step', async () => {
    const steps = async (seed: number): Promise<readonly StepRecord[]> => {
      const records: StepRecord[] = []
      const onStep = (record: StepRecord) => {
        records.push(record)
      }
      await createModelPlatform(defaultSystem, { seed }).run(traffic(15), { ...all, limitCycles: 1_000_000, onStep })
      return records
    }

    const first = await steps(3)

    expect(await steps(3)).toEqual(first)
    expect(await steps(4)).not.toEqual(first)
  })

  test('random numbers are those of the seed and the tile, within their limit', async () => {
    const draws: Record<string, number[]> = {}
    const draw = (run: string) => (tile: Tile) => {
      draws[`${run} ${tile.id}`] = Array.from({ length: 200 }, () => tile.random(10))
      return Promise.resolve()
    }

    await run({ kernel: draw('a'), user1: draw('a') }, all, 5)
    await run({ kernel: draw('b') }, all, 5)
    await run({ kernel: draw('c') }, all, 6)

    expect(draws['a 6']).toEqual(draws['b 6'])
    expect(draws['a 6']).not.toEqual(draws['a 37'])
    expect(draws['a 6']).not.toEqual(draws['c 6'])
    expect(new Set(draws['a 6'])).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
  })

  test('time passes with waits and register accesses', async () => {
    const waited = await run({ kernel: (tile) => tile.wait(1000) })
    const read = await run({
      kernel: async (tile) => {
        for (let index = 0; index < 100; index++) await tile.readRegister(registers.COMMAND)
      },
    })

    expect(waited.cycles).toBe(1000)
    expect(read.cycles).toBe(200)
  })

  test('a flit takes one cycle per router and one to leave', async () => {
    const injected = new Map<bigint, number>()
    const latencies: number[] = []
    const onStep = ({ probe, bits, cycle, module }: StepRecord) => {
      if (probe === 'inject0') injected.set(bits, cycle)
      else if (probe === 'deliver0' && module !== 'kernel') latencies.push(cycle - (injected.get(bits) ?? 0))
    }
    const targets = defaultSystem.modules.filter((module) => module.kind === 'compute' && module.role === 'user')

    await run(
      {
        kernel: async (tile) => {
          for (const target of targets) {
            await writeEp(tile, 8, memoryEp({ target: target.mod, address: 0xf000_0000, size: 0x4000 }))
            await write(tile, 8, { address: tile.memory.base, bytes: 8 }, coreConfigRegister(1))
            await tile.wait(50)
          }
        },
      },
      { ...all, onStep },
    )

    // kernel at router (0,1); the others at (1,1), (0,0) and (1,0)
    expect(latencies).toEqual([3, 3, 4])
  })

  test('user programs begin when their core is enabled, and need not end', async () => {
    const order: string[] = []

    const { cycles } = await run(
      {
        kernel: async (tile) => {
          order.push('kernel')
          await writeEp(tile, 8, memoryEp({ target: 0x25, address: 0xf000_0000, size: 0x4000 }))
          tile.writeMemory(tile.memory.base, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0))
          await tile.wait(500)
          order.push('enable')
          await write(tile, 8, { address: tile.memory.base, bytes: 8 }, coreConfigRegister(0))
          await tile.wait(100)
        },
        user1: async (tile) => {
          order.push('user1')
          await tile.waitForInterrupt(1)
        },
        user2: () => {
          order.push('user2')
          return Promise.resolve()
        },
      },
      { limitCycles: 10_000, start: 'kernel', until: 'kernel' },
    )

    expect(order).toEqual(['kernel', 'enable', 'user1'])
    expect(cycles).toBeGreaterThan(600)
  })

  test('texts reach the host with their source', async () => {
    const printed: PrintedText[] = []
    const onPrint = (text: PrintedText) => {
      printed.push(text)
    }

    await run(
      {
        user2: async (tile) => {
          await tile.writeRegister(printBufferRegister(0), 0x21_6f6c_6c65_48n)
          await tile.writeRegister(registers.PRINT, 6n)
        },
      },
      { ...all, onPrint },
    )

    expect(printed.map(({ source, text }) => ({ source, text }))).toEqual([{ source: 0, text: 'Hello!' }])
  })

  test('programs may make several requests at once; the core serves them in order', async () => {
    const values: unknown[] = []

    await run({
      kernel: async (tile) => {
        const twice = async (value: bigint) => {
          await tile.writeRegister(registers.ARG1, value)
          return tile.readRegister(registers.ARG1)
        }
        values.push(...(await Promise.all([twice(1n), twice(2n)])))
      },
    })

    expect(values).toEqual([2n, 2n])
  })

  test('a program that waits for another program does not stop the others', async () => {
    const order: string[] = []
    let open: () => void = () => undefined
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })

    await run({
      kernel: async (tile) => {
        await opened
        order.push('kernel')
        await tile.wait(1)
      },
      user1: async (tile) => {
        await tile.wait(100)
        order.push('user1')
        open()
        await tile.wait(100)
        order.push('user1 again')
      },
    })

    expect(order).toEqual(['user1', 'kernel', 'user1 again'])
  })
})

describe('runs that do not end well', () => {
  test('a failing program names its tile and keeps its cause', async () => {
    const cause = new Error('no such file')
    const failing = run({ user3: () => Promise.reject(cause), kernel: (tile) => tile.wait(50) })

    await expect(failing).rejects.toThrow("The program of tile 'user3' failed: no such file")
    await expect(failing).rejects.toMatchObject({ cause })
  })

  test('a deadlock says who waits for what', async () => {
    const dead = run({
      kernel: async (tile) => {
        await tile.waitForInterrupt(2)
      },
      user1: () => new Promise(() => undefined),
    })

    await expect(dead).rejects.toThrow(
      'Deadlock in cycle 0: kernel waits for interrupt 2; user1 waits for something that is not a tile operation',
    )
  })

  test('the limit says who waits for what', async () => {
    const endless = run({
      kernel: async (tile) => {
        for (;;) await tile.readRegister(registers.COMMAND)
      },
    })

    await expect(endless).rejects.toThrow('The run has not ended after 100000 cycles: kernel reads register 0x18')
  })

  test('an aborted signal ends the run', async () => {
    const controller = new AbortController()
    const aborted = run(
      {
        kernel: async (tile) => {
          await tile.wait(10)
          controller.abort(new Error('enough'))
          for (;;) await tile.wait(1)
        },
      },
      { ...all, signal: controller.signal },
    )

    await expect(aborted).rejects.toThrow('enough')
  })

  test('a platform runs once', async () => {
    const platform = createModelPlatform(defaultSystem, { seed: 1 })
    await platform.run(new Map(), all)

    await expect(platform.run(new Map(), all)).rejects.toThrow('runs once')
  })

  test.each<[string, TileProgram]>([
    ['memory outside of the tile', (tile) => Promise.resolve(void tile.readMemory(0, 8))],
    ['a register outside of the window', (tile) => tile.writeRegister(0x1000_0000, 0n)],
    ['enables of more than eight bytes', (tile) => tile.writeRegister(0, 0n, 0x100)],
    ['a wait of no whole cycles', (tile) => tile.wait(0.5)],
    ['a random number below 0', (tile) => Promise.resolve(void tile.random(0))],
  ])('%s is refused', async (_, program) => {
    await expect(run({ kernel: program })).rejects.toMatchObject({ cause: expect.any(RangeError) as RangeError })
  })

  test('a program for a module without core is refused', async () => {
    await expect(run({ memory: () => Promise.resolve() })).rejects.toThrow("no compute tile named 'memory'")
  })
})
