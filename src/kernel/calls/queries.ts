/** mgate_region, rgate_buffer, kmem_quota, tile_quota, tile_mem, tile_info, tile_reset. Source: kernel section 2.6. */
import { memoryOffset } from '#layout'
import { globalAddress } from '../addresses.ts'
import { ensure } from '../errors.ts'
import { selectors, tileEpCount } from '../numbers.ts'
import { mgate } from '../objects.ts'
import { startMux, stopMux } from '../tile-reset.ts'
import { ensureFree } from './handler.ts'
import type { Handler } from './handler.ts'

const readWriteExecute = 7

export const mgateRegion: Handler<'mgateRegion'> = (_kernel, caller, { mgate: selector }) => {
  const { address, size } = caller.table.find(selector, 'mgate').object
  return { address: globalAddress(address), size }
}

export const rgateBuffer: Handler<'rgateBuffer'> = (_kernel, caller, { rgate }) => {
  const { order, messageOrder } = caller.table.find(rgate, 'rgate').object
  return { order, messageOrder }
}

export const kmemQuota: Handler<'kmemQuota'> = (_kernel, caller, { kmem }) => {
  const { id, quota, left } = caller.table.find(kmem, 'kmem').object
  return { id, total: quota, left }
}

/** Time and page-table quotas of exclusive tiles do not exist; they read 0. */
export const tileQuota: Handler<'tileQuota'> = (_kernel, caller, { tile }) => {
  const { quota } = caller.table.find(tile, 'tile').object
  return { quotas: [quota.id, quota.total, quota.left] }
}

export const tileMem: Handler<'tileMem'> = (_kernel, caller, { tile: selector, dst }) => {
  ensureFree(caller, dst)
  const parent = caller.table.find(selector, 'tile')
  const { tile } = parent.object
  ensure(tile.facts.internalMemory)
  const place = { tile: tile.id, offset: BigInt(memoryOffset) }
  caller.table.insert(dst, mgate(place, BigInt(tile.facts.memoryBytes), readWriteExecute), parent)
  return {}
}

/** Exclusive tiles have no multiplexer that could be asked: its type is 0. */
export const tileInfo: Handler<'tileInfo'> = (_kernel, caller, { tile: selector }) => {
  const { tile } = caller.table.find(selector, 'tile').object
  return { mux: 0, tile: tile.id, descriptor: tile.descriptor, eps: tileEpCount }
}

export const tileReset: Handler<'tileReset'> = async (kernel, caller, { tile: selector, muxMemory, eps }) => {
  const { tile } = caller.table.find(selector, 'tile').object
  const start = muxMemory !== selectors.invalid
  if (start) {
    ensure(eps === undefined)
    caller.table.find(muxMemory, 'mgate')
  }
  ensure(tile.activities === 0, 'InvState')
  ensure(tile.mux === (start ? 'off' : 'running'))
  if (start) await startMux(kernel, tile)
  else await stopMux(kernel, tile, caller)
  return {}
}
