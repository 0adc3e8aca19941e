import { expect, test } from 'vitest'
import { encodeRequest, systemCalls, WordReader } from '../../src/kernel/index.ts'
import type { Context } from '../../src/services/index.ts'
import { rootSelectors, runAsRoot } from './run-programs.ts'

const max = (1n << 64n) - 1n
const none = 0xffffn
const page = 0x1000
const modules = 2
const { tile, memory } = rootSelectors(modules)

const { createMgate, createRgate, createSgate, createActivity, allocEp, activate, actCtrl, actWait } = systemCalls
const { deriveMem, exchange, revoke, noop, tileMem, tileInfo, tileReset, semCtrl, createSem, createSrv } = systemCalls
const { mgateRegion, rgateBuffer, kmemQuota, tileQuota } = systemCalls

const rgate = (order: bigint | number, messageOrder: bigint | number) =>
  encodeRequest(createRgate, { dst: 300, order, messageOrder })
const mgate = (address: number, size: number, act = 2) =>
  encodeRequest(createMgate, { dst: 301, act, address, size, permissions: 3 })
const endpoint = (ep: number | bigint, replies: number, act = 2) =>
  encodeRequest(allocEp, { dst: 302, act, ep, replies })
const derived = (offset: bigint | number, size: bigint | number, src = 110) =>
  encodeRequest(deriveMem, { act: 2, dst: 303, src, offset, size, permissions: 7 })
const active = (ep: number, gate: bigint | number, bufferOffset = 0, bufferMemory: bigint | number = none) =>
  encodeRequest(activate, { ep, gate, bufferMemory, bufferOffset })
const exchanged = (act: number, start: number, other: number) =>
  encodeRequest(exchange, { act, own: { start, count: 1 }, other, obtain: false })
const revoked = (start: number | bigint, count: number | bigint = 1, act = 2) =>
  encodeRequest(revoke, { act, range: { start, count }, own: true })

/**
 * Kernel section 2.9, in order, on a state that `prepare` makes: receive gate 100, send gate 101, memory gate 110 of four
 * pages, EPs 120 (no replies, number 30) and 121 (two replies), semaphore 130, activity 140 on the second tile.
 */
const vectors: readonly (readonly [string, Uint8Array, number])[] = [
  ['create_rgate, selector in use', encodeRequest(createRgate, { dst: 2, order: 6, messageOrder: 6 }), 28],
  ['create_rgate (2000, 10)', rgate(2000, 10), 28],
  ['create_rgate (2^32-1, 10)', rgate(2 ** 32 - 1, 10), 28],
  ['create_rgate (10, 11)', rgate(10, 11), 28],
  ['create_rgate (10, 2^32-1)', rgate(10, 2 ** 32 - 1), 28],
  ['create_rgate (2^32-1, 2^32-1)', rgate(2 ** 32 - 1, 2 ** 32 - 1), 28],
  ['create_rgate (max, max)', rgate(max, max), 28],
  ['create_rgate (10, 10)', rgate(10, 10), 0],
  ['revoke what was created', revoked(300), 0],
  ['create_rgate (5, 5)', rgate(5, 5), 0],
  ['revoke that as well', revoked(300), 0],
  ['create_sgate of no receive gate', encodeRequest(createSgate, { dst: 304, rgate: 2, label: 0, credits: 1 }), 28],
  ['create_sgate with 64 credits', encodeRequest(createSgate, { dst: 304, rgate: 100, label: 0, credits: 64 }), 28],
  ['create_mgate of no activity', mgate(0x1000_0000, page, 1), 28],
  ['create_mgate at 0xFF', mgate(0xff, page), 28],
  ['create_mgate of 4095 bytes', mgate(0x1000_0000, 4095), 28],
  ['create_mgate of 0 bytes', mgate(0x1000_0000, 0), 28],
  ['create_mgate over registers', mgate(0xf000_0000, page), 28],
  ['create_mgate', mgate(0x1000_0000, page), 0],
  ['create_activity, name empty', encodeRequest(createActivity, { dst: 305, tile: tile(2), kmem: 1, name: '' }), 28],
  [
    'create_activity, selector in use',
    encodeRequest(createActivity, { dst: 1, tile: tile(2), kmem: 1, name: 'x' }),
    28,
  ],
  ['create_activity, no kmem', encodeRequest(createActivity, { dst: 305, tile: tile(2), kmem: 2, name: 'x' }), 28],
  [
    'create_activity, kmem 0xFFFF',
    encodeRequest(createActivity, { dst: 305, tile: tile(2), kmem: none, name: 'x' }),
    28,
  ],
  ['create_activity, tile off', encodeRequest(createActivity, { dst: 305, tile: tile(2), kmem: 1, name: 'x' }), 56],
  ['create_activity, tile taken', encodeRequest(createActivity, { dst: 305, tile: tile(1), kmem: 1, name: 'x' }), 32],
  ['alloc_ep of no activity', endpoint(none, 0, 0), 28],
  ['alloc_ep with 65 replies', endpoint(none, 65), 28],
  ['alloc_ep behind the last', endpoint(129, 0), 28],
  ['alloc_ep over the end', endpoint(123, 10), 28],
  ['alloc_ep in use', endpoint(8, 2), 28],
  ['alloc_ep of a protection endpoint', endpoint(1, 0), 28],
  ['alloc_ep at the end', endpoint(126, 1), 0],
  ['activate without endpoint', active(2, 100), 28],
  ['activate without gate', active(120, 2), 28],
  ['activate a send gate with replies', active(121, 101), 28],
  ['activate a memory gate with a buffer', active(120, 110, 0, 100), 28],
  ['activate a memory gate with an offset', active(120, 110, 8), 28],
  ['activate a receive gate with buffer memory', active(121, 100, 0x1003_2000, 110), 28],
  ['activate with the wrong number of replies', active(302, 100, 0x1003_2000), 28],
  ['activate with a buffer in the registers', active(121, 100, 0xf000_0048), 28],
  ['activate with a buffer over the end', active(121, 100, 0x1003_ffff), 28],
  ['activate the receive gate', active(121, 100, 0x1003_2000), 0],
  ['activate it again elsewhere', active(302, 100, 0x1003_3000), 36],
  ['activate the send gate', active(120, 101), 0],
  ['activate the memory gate in its place', active(120, 110), 0],
  ['activate nothing', active(120, none), 0],
  ['act_ctrl of no activity', encodeRequest(actCtrl, { act: 1, op: 0, arg: 0 }), 28],
  ['act_ctrl, starting oneself', encodeRequest(actCtrl, { act: 2, op: 0, arg: 0 }), 28],
  ['act_wait for 33', encodeRequest(actWait, { event: 0, count: 33, acts: [] }), 28],
  ['act_wait with an event', encodeRequest(actWait, { event: 1, count: 0, acts: [] }), 0],
  ['derive_mem of no memory', derived(0, 8, 2), 28],
  ['derive_mem (0x4000, 0x1000)', derived(0x4000, 0x1000), 28],
  ['derive_mem (max, 0x1000)', derived(max, 0x1000), 28],
  ['derive_mem (0, 0x4001)', derived(0, 0x4001), 28],
  ['derive_mem (0x2000, 0x2001)', derived(0x2000, 0x2001), 28],
  ['derive_mem (0x2000, 0)', derived(0x2000, 0), 28],
  ['derive_mem (0x4000, 0)', derived(0x4000, 0), 28],
  ['derive_mem (max, max)', derived(max, max), 28],
  ['derive_mem with any permissions', derived(0, 0x4000), 0],
  ['mgate_region of no memory', encodeRequest(mgateRegion, { mgate: 2 }), 28],
  ['rgate_buffer of no receive gate', encodeRequest(rgateBuffer, { rgate: 2 }), 28],
  ['kmem_quota of no kmem', encodeRequest(kmemQuota, { kmem: 2 }), 28],
  ['tile_quota of no tile', encodeRequest(tileQuota, { tile: 2 }), 28],
  ['tile_info of no tile', encodeRequest(tileInfo, { tile: 2 }), 28],
  ['tile_mem of no tile', encodeRequest(tileMem, { tile: 2, dst: 310 }), 28],
  ['tile_reset without memory', encodeRequest(tileReset, { tile: tile(2), muxMemory: 2, eps: undefined }), 28],
  ['tile_reset with endpoints', encodeRequest(tileReset, { tile: tile(2), muxMemory: 110, eps: 64 }), 28],
  ['tile_reset under an activity', encodeRequest(tileReset, { tile: tile(1), muxMemory: 110, eps: undefined }), 56],
  ['tile_reset off when off', encodeRequest(tileReset, { tile: tile(2), muxMemory: none, eps: undefined }), 28],
  ['sem_ctrl of no semaphore', encodeRequest(semCtrl, { sem: 2, op: 1 }), 28],
  ['sem_ctrl, down on 1', encodeRequest(semCtrl, { sem: 130, op: 1 }), 0],
  ['exchange with no activity', exchanged(1, 100, 50), 28],
  ['exchange with oneself', exchanged(2, 100, 320), 28],
  ['exchange onto a selector in use', exchanged(140, 100, 2), 28],
  ['exchange', exchanged(140, 100, 50), 0],
  ['revoke of 0', revoked(0), 28],
  ['revoke of 2', revoked(2), 28],
  ['revoke with no activity', revoked(100, 1, 1), 28],
  ['revoke of unused selectors', revoked(2000), 0],
  ['revoke of 2^62 unused selectors', revoked(2000, 1n << 62n), 0],
  ['revoke of a tile in use', revoked(tile(1)), 48],
  ['revoke of memory in use', revoked(memory(0)), 0],
  ['create_srv', encodeRequest(createSrv, { dst: 330, rgate: 100, creator: 0, name: 's' }), 0],
  ['an opcode that does not exist', encodeRequest({ code: 32, request: {}, reply: {} }, {}), 28],
  ['a message without opcode', new Uint8Array(), 28],
  ['noop', encodeRequest(noop, {}), 0],
]

const prepare = async ({ calls }: Context): Promise<void> => {
  await calls.call(createRgate, { dst: 100, order: 7, messageOrder: 6 })
  await calls.call(createSgate, { dst: 101, rgate: 100, label: 5, credits: 1 })
  await calls.call(createMgate, { dst: 110, act: 2, address: 0x1000_8000, size: 0x4000, permissions: 3 })
  await calls.call(allocEp, { dst: 120, act: 2, ep: 30, replies: 0 })
  await calls.call(allocEp, { dst: 121, act: 2, ep: 40, replies: 2 })
  await calls.call(createSem, { dst: 130, value: 1 })
  await calls.call(tileMem, { tile: tile(1), dst: 139 })
  await calls.call(allocEp, { dst: 138, act: 2, ep: 50, replies: 0 })
}

/** Starts the multiplexer of the second tile with the image that root's own tile was started with. */
const prepareTile = async ({ calls, tcu, tile: here }: Context): Promise<void> => {
  const image = here.memory.base + 0x5000
  here.writeMemory(image, new TextEncoder().encode('tessera-program:tilemux\0'))
  await calls.call(activate, { ep: 138, gate: 139, bufferMemory: none, bufferOffset: 0 })
  await tcu.write(50, 0, image, 24)
  await calls.call(tileReset, { tile: tile(1), muxMemory: 139, eps: undefined })
  await calls.call(createActivity, { dst: 140, tile: tile(1), kmem: 1, name: 'other' })
}

test('system calls refuse what kernel section 2.9 says, with its errors', async () => {
  const answers: (readonly [string, number])[] = []

  await runAsRoot(async (context) => {
    await prepare(context)
    await prepareTile(context)
    for (const [name, request] of vectors)
      answers.push([name, Number(new WordReader(await context.calls.raw(request)).word())])
  })

  expect(answers).toEqual(vectors.map(([name, , expected]) => [name, expected]))
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
