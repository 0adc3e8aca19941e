import { beforeAll, describe, expect, test } from 'vitest'
import { codes, encodeRequest, systemCalls } from '../../src/kernel/index.ts'
import { answersOf, expectedCodes, prepare, prepareTile, vectorCount } from './conformance.ts'
import { modules } from './conformance-objects.ts'
import { rootSelectors, runAsRoot } from './run-programs.ts'

const { tile } = rootSelectors(modules)

const { createRgate, createSgate, createActivity, revoke } = systemCalls
const { deriveKmem, deriveTile, tileInfo, mgateRegion, rgateBuffer, kmemQuota, tileQuota } = systemCalls

let answers: ReadonlyMap<string, number> = new Map()

beforeAll(async () => {
  answers = await answersOf()
})

describe('A2: kernel section 2.9', () => {
  test.each([...expectedCodes])('%s gives %i', (name, error) => {
    expect(answers.get(name)).toBe(error)
  })

  test('no two vectors have the same name', () => {
    expect(answers.size).toBe(vectorCount)
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
