/**
 * Vectors of kernel section 2.9: gates, activities, endpoints. The state that the test makes before: receive gates 100 and,
 * never active, 102; send gate 101; memory gate 110 of four pages; EPs 120 (no replies, number 30) and 121 (two replies);
 * semaphore 130; activity 140 on the second tile. They come in order: what one creates, the next ones find.
 */
import { encodeRequest, systemCalls } from '../../src/kernel/index.ts'
import type { FieldCodecs, Sent, SystemCall } from '../../src/kernel/index.ts'
import type { Context } from '../../src/services/index.ts'
import { rootSelectors } from './run-programs.ts'

/** A name, a request or how to make one, and the error code of the answer. */
export type Vector = readonly [string, Uint8Array | ((context: Context) => Promise<Uint8Array>), number]

export const modules = 2
const { tile } = rootSelectors(modules)
export const max = (1n << 64n) - 1n
export const none = 0xffffn
const page = 0x1000

const { createMgate, createRgate, createSgate, createMap, createActivity, createSrv, createSess, createSem } =
  systemCalls
const { allocEp, activate, tileMem, deriveMem, deriveKmem, deriveTile, deriveSrv, getSess } = systemCalls

/** A request with some fields different. */
export const variant =
  <R extends FieldCodecs>(call: SystemCall<R>, fields: Sent<R>) =>
  (wrong: Partial<Sent<R>> = {}): Uint8Array =>
    encodeRequest(call, { ...fields, ...wrong })

const rgate = (order: bigint | number, messageOrder: bigint | number) =>
  encodeRequest(createRgate, { dst: 300, order, messageOrder })
const mgate = (address: number, size: number, act = 2) =>
  encodeRequest(createMgate, { dst: 301, act, address, size, permissions: 3 })
const endpoint = (ep: number | bigint, replies: number, act = 2) =>
  encodeRequest(allocEp, { dst: 302, act, ep, replies })
const active = (ep: number, gate: bigint | number, bufferOffset = 0, bufferMemory: bigint | number = none) =>
  encodeRequest(activate, { ep, gate, bufferMemory, bufferOffset })
const remove = (start: number) => encodeRequest(systemCalls.revoke, { act: 2, range: { start, count: 1 }, own: true })
const map = variant(createMap, { dst: 0x1_0000, act: 2, mgate: 110, first: 0, pages: 4, permissions: 3 })
const service = variant(createSrv, { dst: 330, rgate: 100, creator: 0, name: 's' })

/** Every creating call, at a selector that is in use. */
const inUse: readonly Vector[] = [
  ['create_srv', service({ dst: 2 }), 28],
  ['create_sess', encodeRequest(createSess, { dst: 2, srv: 160, creator: 0, ident: 0, autoClose: false }), 28],
  ['create_mgate', encodeRequest(createMgate, { dst: 2, act: 2, address: page, size: page, permissions: 3 }), 28],
  ['create_rgate', encodeRequest(createRgate, { dst: 2, order: 6, messageOrder: 6 }), 28],
  ['create_sgate', encodeRequest(createSgate, { dst: 2, rgate: 100, label: 0, credits: 1 }), 28],
  ['create_activity', encodeRequest(createActivity, { dst: 1, tile: tile(2), kmem: 1, name: 'x' }), 28],
  ['create_sem', encodeRequest(createSem, { dst: 2, value: 0 }), 28],
  ['alloc_ep', encodeRequest(allocEp, { dst: 2, act: 2, ep: none, replies: 0 }), 28],
  ['tile_mem', encodeRequest(tileMem, { tile: tile(2), dst: 2 }), 28],
  ['derive_mem', encodeRequest(deriveMem, { act: 2, dst: 2, src: 110, offset: 0, size: 8, permissions: 3 }), 28],
  ['derive_kmem', encodeRequest(deriveKmem, { kmem: 1, dst: 2, quota: 0 }), 28],
  ['derive_tile', encodeRequest(deriveTile, { tile: tile(2), dst: 2, eps: 1, time: undefined, pts: undefined }), 28],
  ['derive_srv', encodeRequest(deriveSrv, { srv: 160, dst: { start: 2, count: 2 }, sessions: 1, event: 0 }), 28],
  ['get_sess', encodeRequest(getSess, { srv: 160, act: 140, dst: 2, sid: 5 }), 28],
].map(([name, request, error]) => [`${name as string} at a selector in use`, request as Uint8Array, error as number])

export const objectVectors: readonly Vector[] = [
  ...inUse,
  ['create_srv of no receive gate', service({ rgate: 2 }), 28],
  ['create_srv of a receive gate that is not active', service({ rgate: 102 }), 28],
  ['create_srv without a name', service({ name: '' }), 28],
  ['create_rgate (2000, 10)', rgate(2000, 10), 28],
  ['create_rgate (2^32-1, 10)', rgate(2 ** 32 - 1, 10), 28],
  ['create_rgate (10, 11)', rgate(10, 11), 28],
  ['create_rgate (10, 2^32-1)', rgate(10, 2 ** 32 - 1), 28],
  ['create_rgate (2^32-1, 2^32-1)', rgate(2 ** 32 - 1, 2 ** 32 - 1), 28],
  ['create_rgate (max, max)', rgate(max, max), 28],
  ['create_rgate (10, 10)', rgate(10, 10), 0],
  ['revoke what was created', remove(300), 0],
  ['create_rgate (5, 5)', rgate(5, 5), 0],
  ['revoke that as well', remove(300), 0],
  ['create_sgate of no receive gate', encodeRequest(createSgate, { dst: 304, rgate: 2, label: 0, credits: 1 }), 28],
  ['create_sgate with 64 credits', encodeRequest(createSgate, { dst: 304, rgate: 100, label: 0, credits: 64 }), 28],
  ['create_mgate of no activity', mgate(0x1000_0000, page, 1), 28],
  ['create_mgate at 0xFF', mgate(0xff, page), 28],
  ['create_mgate of 4095 bytes', mgate(0x1000_0000, 4095), 28],
  ['create_mgate of 0 bytes', mgate(0x1000_0000, 0), 28],
  ['create_mgate over registers', mgate(0xf000_0000, page), 28],
  ['create_mgate', mgate(0x1000_0000, page), 0],
  ['create_map for no activity', map({ act: 1 }), 28],
  ['create_map of no memory', map({ mgate: 2 }), 28],
  ['create_map (4, 4)', map({ first: 4 }), 28],
  ['create_map (max, 4)', map({ first: max }), 28],
  ['create_map (0, 5)', map({ pages: 5 }), 28],
  ['create_map (3, 2)', map({ first: 3, pages: 2 }), 28],
  ['create_map (4, 0)', map({ first: 4, pages: 0 }), 28],
  ['create_map (max, max)', map({ first: max, pages: max }), 28],
  ['create_map with permission X', map({ permissions: 4 }), 28],
  ['create_map with permissions RWX', map({ permissions: 7 }), 28],
  ['create_activity, name empty', encodeRequest(createActivity, { dst: 305, tile: tile(2), kmem: 1, name: '' }), 28],
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
  ['alloc_ep, first fit', encodeRequest(allocEp, { dst: 306, act: 2, ep: none, replies: 3 }), 0],
  [
    'alloc_ep of more endpoints than are left',
    encodeRequest(allocEp, { dst: 307, act: 140, ep: none, replies: 20 }),
    35,
  ],
  ['activate without endpoint', active(2, 100), 28],
  ['activate without gate', active(120, 2), 28],
  ['activate an endpoint of an activity that was revoked', active(151, 100), 28],
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
]
