/**
 * Vectors of kernel section 2.9: control, derivation, services, exchange, revocation. They follow on those for objects, and
 * on the service 160 at receive gate 100 that the test makes in between.
 */
import { encodeRequest, systemCalls } from '../../src/kernel/index.ts'
import type { Context } from '../../src/services/index.ts'
import { max, modules, none, variant } from './conformance-objects.ts'
import type { Vector } from './conformance-objects.ts'
import { rootSelectors } from './run-programs.ts'

const { tile, memory } = rootSelectors(modules)

const { actCtrl, actWait, createSess, deriveMem, deriveKmem, deriveTile } = systemCalls
const { deriveSrv, getSess, exchangeSess, exchange, revoke, noop, tileMem, tileInfo, tileReset } = systemCalls
const { semCtrl, mgateRegion, rgateBuffer, kmemQuota, tileQuota, tileSetQuota, tileSetPmp, resetStats } = systemCalls

const derived = (offset: bigint | number, size: bigint | number, src = 110) =>
  encodeRequest(deriveMem, { act: 2, dst: 303, src, offset, size, permissions: 7 })
const exchanged = (act: number, start: number, other: number) =>
  encodeRequest(exchange, { act, own: { start, count: 1 }, other, obtain: false })
const revoked = (start: number | bigint, count: number | bigint = 1, act = 2) =>
  encodeRequest(revoke, { act, range: { start, count }, own: true })
const kmem = variant(deriveKmem, { kmem: 1, dst: 321, quota: 4096 })
const part = variant(deriveTile, { tile: tile(2), dst: 325, eps: 8, time: undefined, pts: undefined })
const pmp = variant(tileSetPmp, { tile: tile(1), mgate: 110, ep: 1, overwrite: false })
const session = variant(createSess, { dst: 340, srv: 160, creator: 0, ident: 5, autoClose: false })
const derivedService = variant(deriveSrv, { srv: 160, dst: { start: 345, count: 2 }, sessions: 1, event: 1 })
const got = variant(getSess, { srv: 160, act: 140, dst: 60, sid: 5 })
const withService = variant(exchangeSess, {
  ...{ act: 140, sess: 340, range: { start: 70, count: 1 }, bytes: 0, args: [], obtain: true },
})

const moreMemoryThanLeft = async ({ calls }: Context): Promise<Uint8Array> =>
  kmem({ quota: (await calls.call(kmemQuota, { kmem: 1 })).left + 1n })

const moreEndpointsThanLeft = async ({ calls }: Context): Promise<Uint8Array> => {
  const { quotas } = await calls.call(tileQuota, { tile: tile(2) })
  return part({ eps: (quotas[2] ?? 0n) + 1n })
}

/** Splits something off the kernel memory 321 and revokes that. */
const splitMemory = async ({ calls }: Context): Promise<Uint8Array> => {
  await calls.call(deriveKmem, { kmem: 321, dst: 322, quota: 16 })
  return revoked(321)
}

/** Gives the service to another activity and takes it back. */
const cloneOfService = async ({ calls }: Context): Promise<Uint8Array> => {
  await calls.call(exchange, { act: 140, own: { start: 160, count: 1 }, other: 61, obtain: false })
  await calls.call(exchange, { act: 140, own: { start: 161, count: 1 }, other: 61, obtain: true })
  return session({ srv: 161 })
}

export const rightsVectors: readonly Vector[] = [
  ['act_ctrl of no activity', encodeRequest(actCtrl, { act: 1, op: 1, arg: 0 }), 28],
  ['act_ctrl, starting oneself', encodeRequest(actCtrl, { act: 2, op: 1, arg: 0 }), 28],
  ['act_ctrl with an operation that does not exist', encodeRequest(actCtrl, { act: 2, op: 0, arg: 0 }), 28],
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
  ['derive_kmem of no kmem', kmem({ kmem: 2 }), 28],
  ['derive_kmem, more than is left', (context) => moreMemoryThanLeft(context), 35],
  ['derive_kmem', kmem(), 0],
  ['revoke of kernel memory that was split', splitMemory, 48],
  ['revoke of the part', revoked(322), 0],
  ['revoke of kernel memory that is whole again', revoked(321), 0],
  ['derive_tile of no tile', part({ tile: 2 }), 28],
  ['derive_tile, more endpoints than are left', (context) => moreEndpointsThanLeft(context), 35],
  ['derive_tile, more time than there is', part({ tile: tile(1), time: 2_000_000 }), 35],
  ['derive_tile', part({ tile: tile(1), time: 1000 }), 0],
  ['tile_set_quota of a part', encodeRequest(tileSetQuota, { tile: 325, time: 1, pts: 0 }), 11],
  ['tile_set_pmp of a part', pmp({ tile: 325 }), 11],
  ['tile_mem of a part', encodeRequest(tileMem, { tile: 325, dst: 326 }), 11],
  ['tile_reset of a part', encodeRequest(tileReset, { tile: 325, muxMemory: 110, eps: undefined }), 11],
  ['revoke of the part of a tile', revoked(325), 0],
  ['tile_set_quota of no tile', encodeRequest(tileSetQuota, { tile: 2, time: 1, pts: 0 }), 28],
  ['tile_set_quota', encodeRequest(tileSetQuota, { tile: tile(1), time: 500_000, pts: 0 }), 0],
  ['tile_set_pmp of no tile', pmp({ tile: 2 }), 28],
  ['tile_set_pmp over an activity', pmp({ overwrite: true }), 56],
  ['tile_set_pmp of EP 0', pmp({ ep: 0 }), 28],
  ['tile_set_pmp of EP 4', pmp({ ep: 4 }), 28],
  ['tile_set_pmp of a tile that is off', pmp({ tile: tile(2) }), 56],
  ['tile_set_pmp without memory', pmp({ mgate: 2 }), 28],
  ['tile_set_pmp', pmp(), 0],
  ['tile_set_pmp of an endpoint in use', pmp(), 36],
  ['tile_set_pmp to nothing', pmp({ mgate: none }), 0],
  ['create_sess of no service', session({ srv: 2 }), 28],
  ['create_sess of a clone of the service', cloneOfService, 28],
  ['create_sess', session(), 0],
  ['create_sess for another creator', session({ dst: 341, creator: 1, ident: 6 }), 0],
  ['derive_srv of no service', derivedService({ srv: 1 }), 28],
  ['derive_srv to a range in use', derivedService({ dst: { start: 159, count: 2 } }), 28],
  ['derive_srv without sessions', derivedService({ sessions: 0 }), 28],
  ['get_sess of no service', got({ srv: 2 }), 28],
  ['get_sess for nobody', got({ act: 1 }), 28],
  ['get_sess for oneself', got({ act: 2 }), 28],
  ['get_sess to a selector in use', got({ dst: 2 }), 28],
  ['get_sess of an unknown session', got({ sid: 7 }), 28],
  ["get_sess of another creator's session", got({ sid: 6 }), 11],
  ['get_sess', got(), 0],
  ['exchange_sess for nobody', withService({ act: 1 }), 28],
  ['exchange_sess without session', withService({ sess: 2 }), 28],
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
  ['reset_stats', encodeRequest(resetStats, {}), 0],
  ['an opcode that does not exist', encodeRequest({ code: 32, request: {}, reply: {} }, {}), 28],
  ['a message without opcode', new Uint8Array(), 28],
  ['noop', encodeRequest(noop, {}), 0],
]
