import { expect, test } from 'vitest'
import { systemCalls } from '../../src/kernel/index.ts'
import { imageOf } from '../../src/services/index.ts'
import type { Context } from '../../src/services/index.ts'
import { createChild, startChild } from '../../src/services/library/child.ts'
import type { Child } from '../../src/services/library/child.ts'
import { MemoryGate } from '../../src/services/library/memory-gate.ts'
import { nextUpcall } from '../../src/services/library/upcalls.ts'
import type { Upcall } from '../../src/services/library/upcalls.ts'
import { rootSelectors, runAsRoot } from './run-programs.ts'

const { tile } = rootSelectors(4)

const launch = async (context: Context, index: number, name: string): Promise<Child> => {
  const memory = new MemoryGate(context, context.selector())
  await context.calls.call(systemCalls.tileMem, { tile: tile(index), dst: memory.selector })
  await memory.write(0, imageOf('tilemux'))
  const reset = { tile: tile(index), muxMemory: memory.selector, eps: undefined }
  await context.calls.call(systemCalls.tileReset, reset)
  const child = await createChild(context, name, { selector: tile(index), id: 0, descriptor: 0n }, memory)
  const start = { image: imageOf(name), args: [name], firstSelector: 100, data: new Uint8Array() }
  await startChild(context, child, start)
  return child
}

test('a program that waits for two others by upcall hears of both, and does something else meanwhile', async () => {
  const told: Upcall[] = []
  let children: readonly number[] = []

  await runAsRoot(
    async (context) => {
      const { calls } = context
      const [quick, slow] = [await launch(context, 1, 'quick'), await launch(context, 2, 'slow')]
      const acts = [quick.selector, slow.selector]
      children = acts
      for (const event of [7, 8]) {
        await calls.call(systemCalls.actWait, { event, count: 2, acts })
        await calls.noop()
        told.push(await nextUpcall(context))
      }
    },
    {
      quick: () => Promise.resolve(3),
      slow: async (context) => {
        await context.pause(20_000)
        return 4
      },
    },
  )

  expect(told).toEqual([
    { kind: 'activity ended', event: 7n, error: 0, act: BigInt(children[0] ?? 0), exitCode: 3 },
    { kind: 'activity ended', event: 8n, error: 0, act: BigInt(children[1] ?? 0), exitCode: 4 },
  ])
})
