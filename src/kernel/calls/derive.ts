/** derive_mem, derive_kmem and derive_tile. Source: kernel section 2.6. */
import { ensure, refuse } from '../errors.ts'
import { CallerGone } from '../kernel-state.ts'
import type { KernelState } from '../kernel-state.ts'
import { deriveMuxQuotas, returnMuxQuotas } from '../mux-quotas.ts'
import type { MuxQuotaIds } from '../mux-quotas.ts'
import { kernelMemory, mgate } from '../objects.ts'
import type { TileObject } from '../objects.ts'
import type { Quota } from '../quota.ts'
import { aliveAt, ensureFree } from './handler.ts'
import type { Handler } from './handler.ts'

export const deriveMem: Handler<'deriveMem'> = (_kernel, caller, { act, dst, src, offset, size, permissions }) => {
  const owner = aliveAt(caller, act).object
  ensureFree(owner, dst)
  const source = caller.table.find(src, 'mgate')
  const { address, size: total, permissions: granted } = source.object
  ensure(size !== 0n && offset + size <= total)
  const place = { tile: address.tile, offset: address.offset + offset }
  owner.table.insert(dst, mgate(place, size, permissions & granted), source)
  return {}
}

export const deriveKmem: Handler<'deriveKmem'> = (kernel, caller, { kmem, dst, quota: wanted }) => {
  ensureFree(caller, dst)
  const parent = caller.table.find(kmem, 'kmem')
  const quota = split(kernel, parent.object.quota, wanted)
  insertOrDissolve(quota, () => caller.table.insert(dst, kernelMemory(quota), parent))
  return {}
}

export const deriveTile: Handler<'deriveTile'> = async (kernel, caller, { tile, dst, eps, time, pts }) => {
  ensureFree(caller, dst)
  const parent = caller.table.find(tile, 'tile')
  const { object } = parent
  const quota = eps === undefined ? object.quota : split(kernel, object.quota, eps)
  const own = quota === object.quota ? undefined : quota
  let ids: MuxQuotaIds = object
  try {
    ids = await deriveMuxQuotas(kernel, object, time, pts)
    // The multiplexer took its time.
    if (!caller.alive) throw new CallerGone()
    ensure(caller.table.isFree(dst) && parent.table !== undefined)
    const derived: TileObject = { ...object, ...ids, kind: 'tile', quota, parent: object, users: 0 }
    caller.table.insert(dst, derived, parent)
  } catch (error) {
    own?.dissolve()
    await returnMuxQuotas(kernel, object, ids)
    throw error
  }
  return {}
}

const split = (kernel: KernelState, quota: Quota, wanted: bigint): Quota => {
  ensure(wanted <= BigInt(quota.left), 'NoSpace')
  return quota.split(kernel.nextQuotaId(), Number(wanted)) ?? refuse('NoSpace')
}

const insertOrDissolve = (quota: Quota, insert: () => unknown): void => {
  try {
    insert()
  } catch (error) {
    quota.dissolve()
    throw error
  }
}
