/** Gates on endpoints: what is active where, and how it ends. Source: kernel sections 1.8, 2.4 and 3.3. */
import { errorCodes } from '#layout'
import type { Capability } from './capability.ts'
import { memoryEndpoint, receiveEndpoint, sendEndpoint } from './endpoint-words.ts'
import type { KernelState } from './kernel-state.ts'
import type { Endpoint, Gate, MGate, RGate, SGate } from './objects.ts'
import { notifyRemoved } from './side-call-requests.ts'

const link = (ep: Endpoint, gate: Gate, capability: Capability): void => {
  ep.active = { gate, capability }
  gate.ep = ep
}

/** Makes a memory gate usable on an endpoint where nothing is active. */
export const activateMemory = async (kernel: KernelState, ep: Endpoint, capability: Capability<MGate>) => {
  const { address, size, permissions } = capability.object
  const words = memoryEndpoint({ tile: address.tile, offset: address.offset, size, permissions })
  await kernel.remote.configure(ep.tile.id, ep.ep, words)
  link(ep, capability.object, capability)
}

/** Makes a send gate usable on an endpoint where nothing is active; its receive gate is active at `target`. */
export const activateSend = async (
  kernel: KernelState,
  ep: Endpoint,
  capability: Capability<SGate>,
  target: Endpoint,
) => {
  const { label, credits, rgate } = capability.object
  const { messageOrder } = rgate
  const words = sendEndpoint({ tile: target.tile.id, ep: target.ep, label, messageOrder, credits })
  await kernel.remote.configure(ep.tile.id, ep.ep, words)
  link(ep, capability.object, capability)
  target.tile.sendersOf(target.ep).add(ep)
}

/**
 * Makes a receive gate usable on an endpoint where nothing is active, with its buffer at `address`. Senders that still
 * point there belong to a gate that was active before and must not reach this one; its own senders from an earlier
 * activation must not point to where it is no more.
 */
export const activateReceive = async (
  kernel: KernelState,
  ep: Endpoint,
  capability: Capability<RGate>,
  address: number,
) => {
  for (const stale of staleSenders(kernel, ep, capability.object)) await deactivate(kernel, stale, 'force')
  const { order, messageOrder } = capability.object
  const replyEps = ep.replies > 0 ? { replyEps: ep.ep + 1 } : {}
  const words = receiveEndpoint({ address, slots: 2 ** (order - messageOrder), slotOrder: messageOrder, ...replyEps })
  await kernel.remote.configure(ep.tile.id, ep.ep, words)
  link(ep, capability.object, capability)
  kernel.threads.wake(capability.object.activated)
}

const staleSenders = (kernel: KernelState, ep: Endpoint, gate: RGate): readonly Endpoint[] => {
  const all = [...kernel.tiles.values()].flatMap(({ senders }) => [...senders.values()].flatMap((each) => [...each]))
  const own = all.filter(({ active }) => active?.gate.kind === 'sgate' && active.gate.rgate === gate)
  return [...new Set([...ep.tile.sendersOf(ep.ep), ...own])]
}

/**
 * Ends what is active on an endpoint, with everything that belongs to it; returns the TCU's error, which only a send gate
 * with credits outstanding gives, and only `unless-in-use`. Nothing changes then.
 */
export const deactivate = async (
  kernel: KernelState,
  ep: Endpoint,
  how: 'force' | 'unless-in-use',
): Promise<number> => {
  if (ep.active === undefined) return errorCodes.NONE
  const { gate } = ep.active
  const force = gate.kind === 'mgate' || (gate.kind === 'sgate' && how === 'force')
  const { error, unread } = await kernel.remote.invalidate(ep.tile.id, ep.ep, force)
  if (error !== errorCodes.NONE) return error
  ep.active = undefined
  gate.ep = undefined
  if (gate.kind === 'sgate') {
    await kernel.remote.awaitSend(ep.tile.id, ep.ep)
    await forgetSender(kernel, ep)
  }
  if (gate.kind === 'rgate') {
    for (let reply = 1; reply <= ep.replies; reply++) await kernel.remote.invalidate(ep.tile.id, ep.ep + reply, true)
    await kernel.queues.lostReceiver({ tile: ep.tile.id, ep: ep.ep })
    if (unread !== 0 && ep.activity?.alive === true) await notifyRemoved(kernel, ep.activity, unread)
  }
  return errorCodes.NONE
}

const forgetSender = async (kernel: KernelState, sender: Endpoint): Promise<void> => {
  for (const receiver of kernel.tiles.values())
    for (const [ep, senders] of receiver.senders)
      if (senders.delete(sender))
        await kernel.remote.invalidateReplies({ tile: receiver.id, ep }, { tile: sender.tile.id, ep: sender.ep })
}
