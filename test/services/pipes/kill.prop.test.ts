import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CallError, selectors, systemCalls } from '../../../src/kernel/index.ts'
import { PipesClient } from '../../../src/services/pipes/client.ts'
import type { Context } from '../../../src/services/index.ts'
import { dieAfter } from '../die-after.ts'
import { bytes } from '../m3fs/image.ts'
import { runPipe, until } from './boot.ts'

const long = process.env['TESSERA_LONG'] === '1'
const total = 600
const data = bytes(total)

/** Sessions of the server. */
const sessions = 8

/** TCU commands after which a program dies; undefined lets it live. */
interface Lives {
  readonly maker: number | undefined
  readonly writer: number | undefined
  readonly reader: number | undefined
}

/** Kernel memory in bytes that root and those it starts have left. */
const memoryLeft = async (context: Context): Promise<bigint> =>
  (await context.calls.call(systemCalls.kmemQuota, { kmem: selectors.kernelMemory })).left

/** Every session of the server but the own one, for pipes and an end of each; then gives them back. */
const takeAllSessions = async (context: Context, service: PipesClient): Promise<void> => {
  const pipe = await service.create(64)
  for (let left = sessions - 2; left > 0;)
    try {
      await pipe.end('reader')
      left--
    } catch (reason) {
      if (!(reason instanceof CallError)) throw reason
      // Closing the sessions of the dead takes its time.
      await context.pause(500)
    }
  await pipe.close()
}

const runWith = async (lives: Lives) => {
  const started = new Set<string>()
  const ended = new Set<string>()
  const counts = { committed: 0, read: [] as number[] }
  let left: bigint | undefined
  const run = await runPipe(
    128,
    {
      writer: {
        end: 'writer',
        main: async (file) => {
          for (let at = 0; at < total; at += 20) {
            await file.write(data.subarray(at, at + 20))
            await file.flush()
            counts.committed = at + 20
          }
          return 'all'
        },
      },
      reader: {
        end: 'reader',
        main: async (file) => {
          for (let part = await file.read(33); part.length > 0; part = await file.read(33)) counts.read.push(...part)
          return 'end of file'
        },
      },
    },
    {
      limitCycles: 3_000_000,
      serverArgs: `-m ${sessions}`,
      around: (name, main) => async (context) => {
        started.add(name)
        const life = lives[name as keyof Lives]
        try {
          return await (life === undefined ? main(context) : Promise.race([dieAfter(context, life), main(context)]))
        } finally {
          ended.add(name)
        }
      },
      beside: async (context) => {
        const service = await PipesClient.open(context)
        await until(context, () => ended.has('maker') && [...started].every((name) => ended.has(name)))
        await takeAllSessions(context, service)
        await service.close()
        await context.pause(5000)
        left = await memoryLeft(context)
        return 0
      },
    },
  )
  return { run, counts, left }
}

test(
  'who dies at any step takes nothing along: the other end hears of it, and sessions and kernel memory come back',
  { timeout: long ? 3_600_000 : 180_000 },
  async () => {
    const usual = await runWith({ maker: undefined, writer: undefined, reader: undefined })
    expect(usual.run.results).toEqual({ writer: 'all', reader: 'end of file' })
    expect(usual.left).toBeGreaterThan(0n)
    const seen = { writer: 0, reader: 0, maker: 0 }
    const life = (commands: number) => fc.option(fc.nat(commands), { nil: undefined, freq: 3 })

    await fc.assert(
      fc.asyncProperty(fc.record({ maker: life(90), writer: life(130), reader: life(130) }), async (lives) => {
        const { run, counts, left } = await runWith(lives)

        expect(run.exits).toMatchObject({ pipes: 0, beside: 0 })
        expect(counts.read).toEqual([...data.subarray(0, counts.read.length)])
        const died = (name: keyof Lives): boolean => run.exits[name] === 55
        for (const name of ['maker', 'writer', 'reader'] as const) if (died(name)) seen[name]++
        if (!died('maker') && !died('reader')) {
          expect(run.results['reader']).toBe('end of file')
          expect(counts.read.length).toBeGreaterThanOrEqual(counts.committed)
        }
        if (!died('maker') && !died('writer')) expect(['all', 'EndOfFile']).toContain(run.results['writer'])
        expect(left).toBe(usual.left)
      }),
      { seed: 1, numRuns: long ? 150 : 6, endOnFailure: true },
    )
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
  },
)
