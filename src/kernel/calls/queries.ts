/** mgate_region, rgate_buffer, kmem_quota, tile_quota, tile_info. Source: kernel section 2.6. */
import { globalAddress } from '../addresses.ts'
import { muxQuotas } from '../mux-quotas.ts'
import { tileEpCount } from '../numbers.ts'
import { sideCall } from '../side-call-requests.ts'
import { encodeSideCall, sideCalls } from '../side-calls.ts'
import type { Handler } from './handler.ts'

export const mgateRegion: Handler<'mgateRegion'> = (_kernel, caller, { mgate: selector }) => {
  const { address, size } = caller.table.find(selector, 'mgate').object
  return { address: globalAddress(address), size }
}

export const rgateBuffer: Handler<'rgateBuffer'> = (_kernel, caller, { rgate }) => {
  const { order, messageOrder } = caller.table.find(rgate, 'rgate').object
  return { order, messageOrder }
}

export const kmemQuota: Handler<'kmemQuota'> = (_kernel, caller, { kmem }) => {
  const { id, total, left } = caller.table.find(kmem, 'kmem').object.quota
  return { id, total, left }
}

/** The numbers of time and page-table quotas are unique among tiles: `tile * 256 + id`. */
export const tileQuota: Handler<'tileQuota'> = async (kernel, caller, { tile: selector }) => {
  const { object } = caller.table.find(selector, 'tile')
  const { tile, quota, timeQuota, pageTableQuota } = object
  const { first: time, second: pageTables } = await muxQuotas(kernel, object)
  const unique = (id: bigint): bigint => BigInt(tile.id) * 256n + id
  return {
    quotas: [
      ...[quota.id, quota.total, quota.left],
      ...[unique(timeQuota), time >> 32n, time & 0xffff_ffffn],
      ...[unique(pageTableQuota), pageTables >> 32n, pageTables & 0xffff_ffffn],
    ],
  }
}

/** Only multiplexers of programmable tiles are asked what they are; others count as none. */
export const tileInfo: Handler<'tileInfo'> = async (kernel, caller, { tile: selector }) => {
  const { tile } = caller.table.find(selector, 'tile').object
  const ask = tile.facts.programmable && tile.mux === 'running'
  const mux = ask ? (await sideCall(kernel, tile, encodeSideCall(sideCalls.info, {}), caller)).first : 0n
  return { mux, tile: tile.id, descriptor: tile.descriptor, eps: tileEpCount }
}
