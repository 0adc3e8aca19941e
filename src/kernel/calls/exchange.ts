/** exchange and revoke. Source: kernel section 2.7. */
import { copyCapabilities } from '../copy-capabilities.ts'
import { ensure } from '../errors.ts'
import type { Capability } from '../capability.ts'
import { selectors } from '../numbers.ts'
import { revokeTree } from '../revocation.ts'
import { awaitClosings } from '../service-requests.ts'
import type { Closing } from '../service-requests.ts'
import { activityAt, aliveAt } from './handler.ts'
import type { Handler } from './handler.ts'

export const exchange: Handler<'exchange'> = (_kernel, caller, { act, own, other, obtain }) => {
  const mine = { activity: caller, range: own }
  const theirs = { activity: aliveAt(caller, act).object, range: { ...own, start: other } }
  if (obtain) copyCapabilities(theirs, mine)
  else copyCapabilities(mine, theirs)
  return {}
}

export const revoke: Handler<'revoke'> = async (kernel, caller, { act, range, own }) => {
  ensure(range.type === 'mapping' || range.start > selectors.activity)
  const { table } = activityAt(caller, act).object
  if (range.type === 'mapping') return {}
  const closings: Closing[] = []
  for (const capability of table.range(range.start, range.count)) {
    if (capability.table !== table) continue
    ensure(isRevocable(capability), 'NotRevocable')
    closings.push(...(await revokeTree(kernel, capability, own ? 'all' : 'children', caller)))
  }
  await awaitClosings(kernel, closings, caller)
  return {}
}

/** Kernel memory in use and tiles with activities stay. Kernel section 1.7, item 2. */
const isRevocable = ({ object }: Capability): boolean =>
  !(object.kind === 'kmem' && !object.quota.untouched) && !(object.kind === 'tile' && object.users > 0)
