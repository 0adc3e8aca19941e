/** Taking capabilities away, with everything derived from them. Source: kernel sections 1.7 and 1.8. */
import { deactivate } from './activation.ts'
import type { Activity } from './activity.ts'
import { CapabilityTable, descendants } from './capability.ts'
import type { Capability } from './capability.ts'
import { removeActivity } from './exit.ts'
import type { KernelState } from './kernel-state.ts'
import { returnMuxQuotas } from './mux-quotas.ts'
import { selectors } from './numbers.ts'
import type { Endpoint, Gate, TileObject } from './objects.ts'
import { closeSession } from './service-requests.ts'
import type { Closing } from './service-requests.ts'
import { notifyInvalid } from './side-call-requests.ts'

/** A capability that was taken out of its table, and what it was derived from. */
interface Revoked {
  readonly capability: Capability
  readonly parent: Capability | undefined
}

/**
 * Takes all capabilities below `capability`, and itself with `scope` 'all', out of their tables, then lets go of what they
 * stand for. The forest is consistent before the first side effect, so nothing that happens meanwhile can find them.
 * Returns what services were told about sessions that ended.
 */
export const revokeTree = async (
  kernel: KernelState,
  capability: Capability,
  scope: 'all' | 'children',
  revoker: Activity | undefined,
): Promise<readonly Closing[]> => {
  const doomed = scope === 'all' ? [...descendants(capability), capability] : descendants(capability)
  const revoked = doomed.map((each): Revoked => ({ capability: each, parent: each.parent }))
  for (const each of doomed) CapabilityTable.remove(each)
  const closings: Closing[] = []
  for (const each of revoked) closings.push(...(await release(kernel, each, revoker)))
  return closings
}

/** Side effects of a capability that is gone. Kernel section 1.8 with the decisions of section 11. */
const release = async (
  kernel: KernelState,
  { capability, parent }: Revoked,
  revoker: Activity | undefined,
): Promise<readonly Closing[]> => {
  const { object, selector, derived } = capability
  switch (object.kind) {
    case 'rgate':
    case 'sgate':
    case 'mgate':
      await releaseGate(kernel, object, capability, revoker)
      return []
    case 'ep':
      object.references--
      if (object.references === 0) await freeEndpoint(kernel, object)
      return []
    case 'activity':
      if (selector === selectors.activity || parent !== undefined || object.root) return []
      return removeActivity(kernel, object)
    case 'semaphore':
      if (derived) return []
      object.revoked = true
      kernel.threads.wake(object.changed)
      return []
    case 'tile':
      if (!derived && selector !== selectors.tile) await releaseTile(kernel, object)
      return []
    case 'kmem':
      if (!derived && selector !== selectors.kernelMemory) object.quota.dissolve()
      return []
    case 'serv':
      if (!derived && object.owner) await kernel.queues.close(object.service.queue)
      return []
    case 'sess':
      // A clone of the service's own capability is a client's; clones of clones are shares in it.
      if (!derived || parent?.derived !== false || !object.autoClose || object.service.owner === revoker) return []
      return [await closeSession(kernel, object)]
  }
}

const releaseGate = async (
  kernel: KernelState,
  gate: Gate,
  capability: Capability,
  revoker: Activity | undefined,
): Promise<void> => {
  const { ep } = gate
  if (ep?.active?.capability === capability) {
    await deactivate(kernel, ep, 'force')
    const { activity } = ep
    if (gate.kind === 'sgate' && activity !== undefined && activity !== revoker && activity.alive)
      await notifyInvalid(kernel, activity, ep.ep)
  }
  if (gate.kind === 'rgate') kernel.threads.wake(gate.activated)
  if (gate.kind === 'sgate') kernel.threads.wake(gate.rgate.activated)
}

/** A derived tile object gives back what it does not share with the one it came from. */
const releaseTile = async (kernel: KernelState, tile: TileObject): Promise<void> => {
  if (tile.parent === undefined) return
  if (tile.quota !== tile.parent.quota) tile.quota.dissolve()
  await returnMuxQuotas(kernel, tile.parent, tile)
}

const freeEndpoint = async (kernel: KernelState, ep: Endpoint): Promise<void> => {
  await deactivate(kernel, ep, 'force')
  ep.activity?.eps.delete(ep)
  ep.tile.mark(ep.ep, 1 + ep.replies, false)
  ep.quota?.giveBack(1 + ep.replies)
}
