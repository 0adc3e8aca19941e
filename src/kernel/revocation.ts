/** Taking capabilities away, with everything derived from them. Source: kernel sections 1.7 and 1.8. */
import { deactivate } from './activation.ts'
import type { Activity } from './activity.ts'
import { CapabilityTable, descendants } from './capability.ts'
import type { Capability } from './capability.ts'
import { removeActivity } from './exit.ts'
import type { KernelState } from './kernel-state.ts'
import { selectors } from './numbers.ts'
import type { Endpoint } from './objects.ts'
import { notifyInvalid } from './side-call-requests.ts'

/**
 * Takes all capabilities below `capability`, and itself with `scope` 'all', out of their tables, then lets go of what they
 * stand for. The forest is consistent before the first side effect, so nothing that happens meanwhile can find them.
 */
export const revokeTree = async (
  kernel: KernelState,
  capability: Capability,
  scope: 'all' | 'children',
  revoker: Activity | undefined,
): Promise<void> => {
  const doomed = scope === 'all' ? [...descendants(capability), capability] : descendants(capability)
  const roots = new Set(doomed.filter(({ parent }) => parent === undefined))
  for (const each of doomed) CapabilityTable.remove(each)
  for (const each of doomed) await release(kernel, each, roots.has(each), revoker)
}

/** Side effects of a capability that is gone. Kernel section 1.8 with the decisions of section 11. */
const release = async (
  kernel: KernelState,
  capability: Capability,
  wasRoot: boolean,
  revoker: Activity | undefined,
): Promise<void> => {
  const { object, selector, derived } = capability
  switch (object.kind) {
    case 'rgate':
    case 'sgate':
    case 'mgate': {
      const { ep } = object
      if (ep?.active?.capability === capability) {
        await deactivate(kernel, ep, 'force')
        if (object.kind === 'sgate' && ep.activity !== revoker && ep.activity.alive)
          await notifyInvalid(kernel, ep.activity, ep.ep)
      }
      if (object.kind === 'rgate') kernel.threads.wake(object.activated)
      if (object.kind === 'sgate') kernel.threads.wake(object.rgate.activated)
      return
    }
    case 'ep':
      if (object.references === 0) await freeEndpoint(kernel, object)
      return
    case 'activity':
      if (selector !== selectors.activity && wasRoot && !object.root) await removeActivity(kernel, object)
      return
    case 'semaphore':
      if (derived) return
      object.revoked = true
      kernel.threads.wake(object.changed)
      return
    case 'tile':
    case 'kmem':
      return
  }
}

const freeEndpoint = async (kernel: KernelState, ep: Endpoint): Promise<void> => {
  await deactivate(kernel, ep, 'force')
  ep.activity.eps.delete(ep)
  ep.tile.mark(ep.ep, 1 + ep.replies, false)
  ep.quota.left += 1 + ep.replies
}
