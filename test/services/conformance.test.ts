import { beforeAll, describe, expect, test } from 'vitest'
import { codes, encodeRequest, systemCalls, WordReader } from '../../src/kernel/index.ts'
import type { Context } from '../../src/services/index.ts'
import { modules, none, objectVectors } from './conformance-objects.ts'
import type { Vector } from './conformance-objects.ts'
import { rightsVectors } from './conformance-rights.ts'
import { rootSelectors, runAsRoot } from './run-programs.ts'

const { tile } = rootSelectors(modules)

const { createMgate, createRgate, createSgate, createActivity, createSem, createSrv, allocEp, activate } = systemCalls
const { deriveKmem, deriveTile, revoke, tileMem, tileInfo, tileReset, mgateRegion, rgateBuffer, kmemQuota, tileQuota } =
  systemCalls

const prepare = async ({ calls }: Context): Promise<void> => {
  await calls.call(createRgate, { dst: 100, order: 7, messageOrder: 6 })
  await calls.call(createSgate, { dst: 101, rgate: 100, label: 5, credits: 1 })
  await calls.call(createMgate, { dst: 110, act: 2, address: 0x1000_8000, size: 0x4000, permissions: 3 })
  await calls.call(allocEp, { dst: 120, act: 2, ep: 30, replies: 0 })
  await calls.call(allocEp, { dst: 121, act: 2, ep: 40, replies: 2 })
  await calls.call(createSem, { dst: 130, value: 1 })
  await calls.call(tileMem, { tile: tile(1), dst: 139 })
  await calls.call(allocEp, { dst: 138, act: 2, ep: 50, replies: 0 })
  await calls.call(createRgate, { dst: 102, order: 6, messageOrder: 6 })
}

/** Starts the multiplexer of the second tile with the image that root's own tile was started with. */
const prepareTile = async ({ calls, tcu, tile: here }: Context): Promise<void> => {
  const image = here.memory.base + 0x5000
  here.writeMemory(image, new TextEncoder().encode('tessera-program:tilemux\0'))
  await calls.call(activate, { ep: 138, gate: 139, bufferMemory: none, bufferOffset: 0 })
  await tcu.write(50, 0, image, 24)
  await calls.call(tileReset, { tile: tile(1), muxMemory: 139, eps: undefined })
  await calls.call(createActivity, { dst: 150, tile: tile(1), kmem: 1, name: 'first' })
  await calls.call(allocEp, { dst: 151, act: 150, ep: none, replies: 0 })
  await calls.call(revoke, { act: 2, range: { start: 150, count: 1 }, own: true })
  await calls.call(createActivity, { dst: 140, tile: tile(1), kmem: 1, name: 'other' })
  await calls.call(allocEp, { dst: 141, act: 140, ep: none, replies: 32 })
  for (const dst of [142, 143]) await calls.call(allocEp, { dst, act: 140, ep: none, replies: 32 })
  await calls.call(allocEp, { dst: 144, act: 140, ep: none, replies: 4 })
}

/** Error codes by the name of the vector, from one run of the system. */
const answers = new Map<string, number>()

beforeAll(async () => {
  const ask = async (context: Context, vectors: readonly Vector[]): Promise<void> => {
    for (const [name, request] of vectors) {
      const bytes = typeof request === 'function' ? await request(context) : request
      answers.set(name, Number(new WordReader(await context.calls.raw(bytes)).word()))
    }
  }
  await runAsRoot(async (context) => {
    await prepare(context)
    await prepareTile(context)
    await ask(context, objectVectors)
    await context.calls.call(createSrv, { dst: 160, rgate: 100, creator: 0, name: 'service' })
    await ask(context, rightsVectors)
  })
})

describe('kernel section 2.9', () => {
  const expected = [...objectVectors, ...rightsVectors].map(([name, , error]) => [name, error] as const)

  test.each(expected)('%s gives %i', (name, error) => {
    expect(answers.get(name)).toBe(error)
  })

  test('no two vectors have the same name', () => {
    expect(answers.size).toBe(expected.length)
  })
})

test('queries tell what is there', async () => {
  const answers: unknown[] = []

  await runAsRoot(async (context) => {
    await prepare(context)
    const { calls } = context
    answers.push(await calls.call(mgateRegion, { mgate: 110 }))
    answers.push(await calls.call(rgateBuffer, { rgate: 100 }))
    answers.push(await calls.call(tileInfo, { tile: tile(0) }))
    answers.push((await calls.call(tileQuota, { tile: tile(0) })).quotas.slice(0, 3))
  })

  expect(answers).toEqual([
    { address: ((0x4000n + 0x25n) << 49n) + 0x1000_8000n, size: 0x4000n },
    { order: 7n, messageOrder: 6n },
    { mux: 0n, tile: 0x25n, descriptor: (64n << 28n) | (16n << 11n), eps: 128n },
    [0x25n, 128n, 128n - 7n - 1n - 3n - 1n],
  ])
})

test('kernel memory comes back when capabilities go', async () => {
  const left: bigint[] = []

  await runAsRoot(async ({ calls }) => {
    const note = async () => left.push((await calls.call(kmemQuota, { kmem: 1 })).left)
    await note()
    await calls.call(createRgate, { dst: 100, order: 6, messageOrder: 6 })
    await note()
    await calls.call(createSgate, { dst: 101, rgate: 100, label: 0, credits: 1 })
    await note()
    await calls.call(revoke, { act: 2, range: { start: 100, count: 1 }, own: true })
    await note()
  })

  const [first, second, third, last] = left as [bigint, bigint, bigint, bigint]
  expect([first - second, second - third, first - last]).toEqual([224n, 224n, 0n])
})

test('kernel memory that an activity uses cannot be revoked; afterwards its parent has all back', async () => {
  const found: unknown[] = []

  await runAsRoot(async (context) => {
    const { calls } = context
    await prepare(context)
    await prepareTile(context)
    await calls.call(revoke, { act: 2, range: { start: 140, count: 1 }, own: true })
    const before = (await calls.call(kmemQuota, { kmem: 1 })).left
    await calls.call(deriveKmem, { kmem: 1, dst: 320, quota: 8192 })
    await calls.call(createActivity, { dst: 321, tile: tile(1), kmem: 320, name: 'poor' })
    const range = { start: 320, count: 1 }
    const inUse = await calls.raw(encodeRequest(revoke, { act: 2, range, own: true }))
    await calls.call(revoke, { act: 2, range: { start: 321, count: 1 }, own: true })
    await calls.call(revoke, { act: 2, range, own: true })
    found.push(inUse[0], (await calls.call(kmemQuota, { kmem: 1 })).left - before)
  })

  expect(found).toEqual([codes.NotRevocable, 0n])
})

test('endpoints and time that were split off a tile cannot be revoked in use, and come back afterwards', async () => {
  const found: unknown[] = []

  await runAsRoot(async (context) => {
    const { calls } = context
    await prepare(context)
    await prepareTile(context)
    await calls.call(revoke, { act: 2, range: { start: 140, count: 1 }, own: true })
    const quotas = async (selector: number) => {
      const all = (await calls.call(tileQuota, { tile: selector })).quotas
      return [all[2], all[4]]
    }
    const before = await quotas(tile(1))
    await calls.call(deriveTile, { tile: tile(1), dst: 320, eps: 20, time: 300_000, pts: undefined })
    await calls.call(createActivity, { dst: 321, tile: 320, kmem: 1, name: 'small' })
    found.push(await quotas(320), await quotas(tile(1)))
    const range = { start: 320, count: 1 }
    found.push((await calls.raw(encodeRequest(revoke, { act: 2, range, own: true })))[0])
    await calls.call(revoke, { act: 2, range: { start: 321, count: 1 }, own: true })
    await calls.call(revoke, { act: 2, range, own: true })
    found.push((await quotas(tile(1))).toString() === before.toString())
  })

  expect(found).toEqual([[13n, 300_000n], [108n, 700_000n], codes.NotRevocable, true])
})
