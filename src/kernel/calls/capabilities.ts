/** exchange, revoke, derive_mem, sem_ctrl, noop. Source: kernel sections 2.5 to 2.8. */
import type { Activity } from '../activity.ts'
import type { SelectorRange } from '../codecs.ts'
import { ensure, refuse } from '../errors.ts'
import type { Capability } from '../capability.ts'
import { selectors } from '../numbers.ts'
import { mgate } from '../objects.ts'
import { revokeTree } from '../revocation.ts'
import { semaphoreOperations } from '../system-calls.ts'
import { activityAt, aliveAt, ensureFree } from './handler.ts'
import type { Handler } from './handler.ts'

export const exchange: Handler<'exchange'> = (_kernel, caller, { act, own, other, obtain }) => {
  const peer = aliveAt(caller, act).object
  const theirs: SelectorRange = { ...own, start: other }
  if (obtain) copy(peer, theirs, caller, own)
  else copy(caller, own, peer, theirs)
  return {}
}

export const revoke: Handler<'revoke'> = async (kernel, caller, { act, range, own }) => {
  ensure(range.type === 'mapping' || range.start > selectors.activity)
  const { table } = activityAt(caller, act).object
  if (range.type === 'mapping') return {}
  for (const capability of table.range(range.start, range.count)) {
    if (capability.table !== table) continue
    ensure(isRevocable(capability), 'NotRevocable')
    await revokeTree(kernel, capability, own ? 'all' : 'children', caller)
  }
  return {}
}

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

export const semCtrl: Handler<'semCtrl'> = async (kernel, caller, { sem, op }) => {
  const { object } = caller.table.find(sem, 'semaphore')
  if (op === semaphoreOperations.up) {
    object.counter++
    kernel.threads.wake(object.changed)
    return {}
  }
  while (object.counter === 0n) {
    await kernel.suspend(object.changed, caller)
    ensure(!object.revoked, 'RecvGone')
  }
  object.counter--
  return {}
}

export const noop: Handler<'noop'> = () => ({})

/** Clones a range; missing source capabilities are skipped. Kernel section 2.7. */
const copy = (from: Activity, source: SelectorRange, to: Activity, target: SelectorRange): void => {
  ensure(from !== to)
  ensure(target.start + target.count <= 1n << 64n && source.start + source.count <= 1n << 64n)
  ensure(to.table.range(target.start, target.count).length === 0)
  if (source.type === 'mapping') return
  for (const capability of from.table.range(source.start, source.count)) {
    const selector = target.start + (capability.selector - source.start)
    if (selector === selectors.invalid) refuse('InvArgs')
    to.table.clone(selector, capability)
  }
}

/** Kernel memory in use and tiles with activities stay. Kernel section 1.7, item 2. */
const isRevocable = ({ object }: Capability): boolean =>
  !(object.kind === 'kmem' && object.left !== object.quota) && !(object.kind === 'tile' && object.users > 0)
