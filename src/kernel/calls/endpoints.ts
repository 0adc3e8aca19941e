/** alloc_ep and activate. Source: kernel sections 2.3 and 2.4. */
import { activateMemory, activateReceive, activateSend, deactivate } from '../activation.ts'
import type { Activity } from '../activity.ts'
import type { Capability } from '../capability.ts'
import { CallError, ensure, refuse } from '../errors.ts'
import type { KernelState } from '../kernel-state.ts'
import { firstUserEp, maxReceiveSlots, selectors } from '../numbers.ts'
import type { Endpoint, RGate, SGate } from '../objects.ts'
import { aliveAt, ensureFree } from './handler.ts'
import type { Handler } from './handler.ts'

const anyEp = 0xffffn

export const allocEp: Handler<'allocEp'> = (_kernel, caller, { dst, act, ep, replies }) => {
  ensureFree(caller, dst)
  ensure(replies <= BigInt(maxReceiveSlots))
  const parent = aliveAt(caller, act)
  const activity = parent.object
  const { tile, quota } = activity.tile
  const count = 1 + Number(replies)
  ensure(quota.left >= count, 'NoSpace')
  if (ep !== anyEp) ensure(ep >= BigInt(firstUserEp) && ep < anyEp && tile.areFree(Number(ep), count))
  const first = ep === anyEp ? (tile.findFree(count) ?? refuse('NoSpace')) : Number(ep)
  const endpoint: Endpoint = {
    kind: 'ep',
    activity,
    tile,
    quota,
    ep: first,
    replies: Number(replies),
    active: undefined,
    references: 0,
  }
  caller.table.insert(dst, endpoint, parent)
  activity.eps.add(endpoint)
  tile.mark(first, count, true)
  quota.take(count)
  return { ep: first }
}

export const activate: Handler<'activate'> = async (kernel, caller, request) => {
  const capability = caller.table.find(request.ep, 'ep')
  const ep = capability.object
  ensure(isUsable(ep), 'ActivityGone')
  const wasIdle = ep.active === undefined
  const error = await deactivate(kernel, ep, 'unless-in-use')
  if (error !== 0) throw new CallError(error)
  const gate = caller.table.get(request.gate)
  if (gate === undefined) {
    if (wasIdle) await kernel.remote.invalidate(ep.tile.id, ep.ep, true)
    return {}
  }
  const { bufferMemory, bufferOffset } = request
  switch (gate.object.kind) {
    case 'mgate':
    case 'sgate':
      ensure(ep.replies === 0 && bufferMemory === selectors.invalid && bufferOffset === 0n)
      ensure(gate.object.ep === undefined, 'Exists')
      if (gate.object.kind === 'mgate') await activateMemory(kernel, ep, gate as Capability<typeof gate.object>)
      else await activateWhenReady(kernel, caller, capability, gate as Capability<SGate>, request.now)
      return {}
    case 'rgate': {
      ensure(gate.object.ep === undefined, 'Exists')
      ensure(bufferMemory === selectors.invalid)
      const address = bufferAddress(ep, gate.object, bufferOffset)
      await activateReceive(kernel, ep, gate as Capability<RGate>, address)
      return {}
    }
    default:
      return refuse('InvArgs')
  }
}

/** Waits until the receive gate is active, unless `now`, and looks at everything anew after each suspension. */
const activateWhenReady = async (
  kernel: KernelState,
  caller: Activity,
  capability: Capability<Endpoint>,
  gate: Capability<SGate>,
  now: boolean,
): Promise<void> => {
  const ep = capability.object
  while (gate.object.rgate.ep === undefined) {
    ensure(!now, 'RecvGone')
    await kernel.suspend(gate.object.rgate.activated, caller)
    ensure(gate.table !== undefined, 'RecvGone')
    ensure(capability.table !== undefined)
    ensure(isUsable(ep), 'ActivityGone')
    ensure(gate.object.ep === undefined && ep.active === undefined, 'Exists')
  }
  await activateSend(kernel, ep, gate, gate.object.rgate.ep)
}

/** Endpoints die with their activity. */
const isUsable = ({ activity }: Endpoint): boolean => activity?.alive === true

/** The buffer lies in the tile's scratchpad, and the endpoint has a reply endpoint for each slot or none at all. */
const bufferAddress = (ep: Endpoint, gate: RGate, offset: bigint): number => {
  ensure(ep.replies === 0 || ep.replies === 2 ** (gate.order - gate.messageOrder))
  const { memoryBytes } = ep.tile.facts
  const start = BigInt(ep.tile.memoryBase)
  ensure(offset >= start && offset + (1n << BigInt(gate.order)) <= start + BigInt(memoryBytes))
  return Number(offset)
}
