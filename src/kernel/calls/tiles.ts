/** tile_mem, tile_set_quota, tile_set_pmp, tile_reset, reset_stats. Source: kernel sections 2.6 and 2.8. */
import { memoryOffset } from '#layout'
import { activateMemory, deactivate } from '../activation.ts'
import { ensure, refuse } from '../errors.ts'
import { setMuxQuotas } from '../mux-quotas.ts'
import { protectionEps, selectors } from '../numbers.ts'
import { mgate } from '../objects.ts'
import type { TileObject } from '../objects.ts'
import { notify } from '../side-call-requests.ts'
import { encodeSideCall, sideCalls } from '../side-calls.ts'
import { startMux, stopMux } from '../tile-reset.ts'
import { ensureFree } from './handler.ts'
import type { Handler } from './handler.ts'

const readWriteExecute = 7

export const tileMem: Handler<'tileMem'> = (_kernel, caller, { tile: selector, dst }) => {
  ensureFree(caller, dst)
  const parent = caller.table.find(selector, 'tile')
  const { tile } = ensureWhole(parent.object)
  ensure(tile.facts.internalMemory)
  const place = { tile: tile.id, offset: BigInt(memoryOffset) }
  caller.table.insert(dst, mgate(place, BigInt(tile.facts.memoryBytes), readWriteExecute), parent)
  return {}
}

export const tileSetQuota: Handler<'tileSetQuota'> = async (kernel, caller, { tile: selector, time, pts }) => {
  const object = ensureWhole(caller.table.find(selector, 'tile').object)
  ensure(object.users <= 1)
  await setMuxQuotas(kernel, object, time, pts)
  return {}
}

export const tileSetPmp: Handler<'tileSetPmp'> = async (kernel, caller, { tile: selector, mgate, ep, overwrite }) => {
  const { tile } = ensureWhole(caller.table.find(selector, 'tile').object)
  ensure(!overwrite || tile.activities === 0, 'InvState')
  ensure(ep >= 1n && ep < BigInt(protectionEps))
  ensure(tile.mux === 'running', 'InvState')
  const endpoint = tile.protection[Number(ep)] ?? refuse('InvArgs')
  if (mgate === selectors.invalid) {
    await deactivate(kernel, endpoint, 'force')
    return {}
  }
  ensure(endpoint.active === undefined || overwrite, 'Exists')
  const gate = caller.table.find(mgate, 'mgate')
  ensure(gate.object.ep === undefined || gate.object.ep === endpoint, 'Exists')
  await deactivate(kernel, endpoint, 'force')
  await activateMemory(kernel, endpoint, gate)
  return {}
}

export const tileReset: Handler<'tileReset'> = async (kernel, caller, { tile: selector, muxMemory, eps }) => {
  const { tile } = ensureWhole(caller.table.find(selector, 'tile').object)
  const start = muxMemory !== selectors.invalid
  if (start) {
    ensure(eps === undefined)
    caller.table.find(muxMemory, 'mgate')
  }
  ensure(tile.activities === 0, 'InvState')
  ensure(tile.mux === (start ? 'off' : 'running'))
  if (start) await startMux(kernel, tile)
  else await stopMux(kernel, tile)
  return {}
}

export const resetStats: Handler<'resetStats'> = async (kernel) => {
  for (const tile of kernel.tiles.values()) await notify(kernel, tile, encodeSideCall(sideCalls.resetStats, {}))
  return {}
}

/** Ends the call with NoPerm for a part of a tile: only who has all of it may decide about its memory and state. */
const ensureWhole = (object: TileObject): TileObject => {
  ensure(object.parent === undefined, 'NoPerm')
  return object
}
