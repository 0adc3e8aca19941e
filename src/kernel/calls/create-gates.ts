/** create_rgate, create_sgate, create_mgate, create_map. Source: kernel section 2.3. */
import { unlimitedCredits } from '#layout'
import { ensure, refuse } from '../errors.ts'
import { maxReceiveSlots, memoryGateEnd, pageBytes } from '../numbers.ts'
import { mgate, rgate, sgate } from '../objects.ts'
import { activityAt, ensureFree } from './handler.ts'
import type { Handler } from './handler.ts'

/** Buffers above 2 GiB do not exist in a 32-bit address space. */
const largestOrder = 31n

export const createRgate: Handler<'createRgate'> = (_kernel, caller, { dst, order, messageOrder }) => {
  ensureFree(caller, dst)
  ensure(messageOrder <= order && order <= largestOrder)
  ensure(1n << (order - messageOrder) <= BigInt(maxReceiveSlots))
  caller.table.insert(dst, rgate(Number(order), Number(messageOrder)))
  return {}
}

export const createSgate: Handler<'createSgate'> = (_kernel, caller, { dst, rgate: selector, label, credits }) => {
  ensureFree(caller, dst)
  const parent = caller.table.find(selector, 'rgate')
  ensure(credits <= BigInt(unlimitedCredits))
  caller.table.insert(dst, sgate(parent.object, label, Number(credits)), parent)
  return {}
}

export const createMgate: Handler<'createMgate'> = (_kernel, caller, { dst, act, address, size, permissions }) => {
  ensureFree(caller, dst)
  const page = BigInt(pageBytes)
  ensure(address % page === 0n && size % page === 0n)
  const parent = activityAt(caller, act)
  ensure(size !== 0n && address + size < memoryGateEnd)
  const { tile } = parent.object.tile
  caller.table.insert(dst, mgate({ tile: tile.id, offset: address }, size, permissions), parent)
  return {}
}

/** Maps pages on tiles with virtual memory; none of the tiles has that. */
export const createMap: Handler<'createMap'> = (_kernel, caller, { act }) => {
  activityAt(caller, act)
  return refuse('InvArgs')
}
