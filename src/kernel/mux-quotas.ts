/** CPU time and page tables, which multiplexers keep accounts of. Source: kernel sections 1.10 and 3.8. */
import type { KernelState } from './kernel-state.ts'
import type { TileObject } from './objects.ts'
import { notify, sideCall } from './side-call-requests.ts'
import type { SideCallValues } from './side-call-requests.ts'
import { encodeSideCall, sideCalls } from './side-calls.ts'

/** Numbers under which a multiplexer keeps the two quotas of a tile object. */
export type MuxQuotaIds = Pick<TileObject, 'timeQuota' | 'pageTableQuota'>

/**
 * Splits quotas off those of a tile object; without a wish the object's own is shared. Nobody else waits for the answer
 * when the caller dies, so it is waited for in any case.
 *
 * Rejects: CallError.
 */
export const deriveMuxQuotas = async (
  kernel: KernelState,
  { tile, timeQuota, pageTableQuota }: TileObject,
  time: bigint | undefined,
  pageTables: bigint | undefined,
): Promise<MuxQuotaIds> => {
  if (time === undefined && pageTables === undefined) return { timeQuota, pageTableQuota }
  const request = { parentTime: timeQuota, parentPageTables: pageTableQuota, time, pageTables }
  const { first, second } = await sideCall(kernel, tile, encodeSideCall(sideCalls.deriveQuota, request))
  return {
    timeQuota: time === undefined ? timeQuota : first,
    pageTableQuota: pageTables === undefined ? pageTableQuota : second,
  }
}

/** Gives quotas back that were split off from those of `parent`. */
export const returnMuxQuotas = async (kernel: KernelState, parent: TileObject, ids: MuxQuotaIds): Promise<void> => {
  const time = ids.timeQuota === parent.timeQuota ? undefined : ids.timeQuota
  const pageTables = ids.pageTableQuota === parent.pageTableQuota ? undefined : ids.pageTableQuota
  if (time === undefined && pageTables === undefined) return
  const message = encodeSideCall(sideCalls.removeQuotas, { time, pageTables })
  await notify(kernel, parent.tile, message, { persistent: true })
}

/** Total and rest of both quotas, packed as the multiplexer answers; a tile without multiplexer has none. */
export const muxQuotas = (kernel: KernelState, object: TileObject): Promise<SideCallValues> => {
  const { tile, timeQuota: time, pageTableQuota: pageTables } = object
  if (tile.mux !== 'running') return Promise.resolve({ first: 0n, second: 0n })
  return sideCall(kernel, tile, encodeSideCall(sideCalls.getQuota, { time, pageTables }))
}

/** Sets both quotas of a tile object, which share the number of its time quota. */
export const setMuxQuotas = async (
  kernel: KernelState,
  { tile, timeQuota: id }: TileObject,
  time: bigint,
  pageTables: bigint,
): Promise<void> => {
  await sideCall(kernel, tile, encodeSideCall(sideCalls.setQuota, { id, time, pageTables }))
}
