/** I1, I3, I4, I7, I10: endpoint registers say what the kernel's objects say. */
import assert from 'node:assert/strict'
import { decode, endpointTypes, memoryWord0, receiveWord0, sendWord0 } from '#layout'
import { muxEps, standardEps } from '../../../src/kernel/numbers.ts'
import type { Endpoint } from '../../../src/kernel/objects.ts'
import type { Invariant } from './invariant.ts'
import { isReply, ownerOfStandard, placeOf, targetOf } from './view.ts'
import type { ValidEndpoint, View } from './view.ts'

const registersOf = ({ valid }: View, { tile, ep }: Endpoint): ValidEndpoint | undefined =>
  valid.get(placeOf({ tile: tile.id, ep }))

/** Which receive endpoint a reply endpoint belongs to. */
export const receiverOf = (view: View, reply: ValidEndpoint): ValidEndpoint | undefined =>
  [...view.valid.values()].find(({ tile, type, words }) => {
    if (tile !== reply.tile || type !== endpointTypes.receive) return false
    const { replyEps, slotsOrder } = decode(receiveWord0, words[0])
    return reply.ep >= replyEps && reply.ep < replyEps + 2 ** slotsOrder
  })

const standardTypes = new Map<number, number>([
  [standardEps.systemCall, endpointTypes.send],
  [standardEps.systemCallReply, endpointTypes.receive],
  [standardEps.upcall, endpointTypes.receive],
  [standardEps.defaultReply, endpointTypes.receive],
])

/** Why the kernel, or a TCU on its behalf, made an endpoint valid. */
const reasonFor = (view: View, endpoint: ValidEndpoint): string | undefined => {
  const { tile, ep, type } = endpoint
  if (isReply(endpoint)) return receiverOf(view, endpoint) && 'reply'
  const state = view.kernel.tiles.get(tile)
  if (ep < 8) {
    if (ep < 4 && state?.protection[ep]?.active !== undefined) return 'protection'
    const own = ep >= muxEps.toKernel && ep <= muxEps.sideCalls && state?.mux !== 'off'
    return own ? 'multiplexer' : undefined
  }
  const owner = ownerOfStandard(view, endpoint)
  if (owner !== undefined)
    return owner.alive && standardTypes.get(ep - owner.epsStart) === type ? 'standard' : undefined
  const allocated = view.endpoints.find((each) => each.tile.id === tile && each.ep === ep)
  return allocated?.active === undefined ? undefined : 'active'
}

export const kernelOnlyConfiguration: Invariant = {
  id: 'I1',
  title: 'every valid endpoint was configured by the kernel, or installed by a TCU for a reply',
  check: (view) => {
    for (const endpoint of view.valid.values())
      assert.notEqual(reasonFor(view, endpoint), undefined, `nobody configured ${placeOf(endpoint)}`)
  },
}

export const sendAuthority: Invariant = {
  id: 'I3',
  title: 'every send endpoint comes from a live send gate and says the same',
  check: (view) => {
    for (const endpoint of view.endpoints) {
      const { active } = endpoint
      if (active?.gate.kind !== 'sgate') continue
      const { gate, capability } = active
      const registers = registersOf(view, endpoint)
      const where = placeOf({ tile: endpoint.tile.id, ep: endpoint.ep })
      assert.notEqual(capability.table, undefined, `the capability behind ${where} is gone`)
      assert.equal(registers?.type, endpointTypes.send, `${where} is no send endpoint`)
      const word0 = decode(sendWord0, registers.words[0])
      assert.equal(registers.words[2], gate.label, `label of ${where}`)
      assert.equal(word0.messageOrder, gate.rgate.messageOrder, `message order of ${where}`)
      assert.equal(word0.maxCredits, gate.credits, `credits of ${where}`)
      assert.equal(word0.reply, 0, `${where} is a reply endpoint`)
      const target = targetOf(registers)
      const receiver = view.endpoints.find(({ tile, ep }) => tile.id === target.tile && ep === target.ep)
      if (receiver?.active?.gate.kind === 'rgate')
        assert.equal(receiver.active.gate, gate.rgate, `${where} reaches another gate than its own`)
      if (gate.rgate.ep !== undefined) assert.equal(receiver, gate.rgate.ep, `target of ${where}`)
    }
  },
}

export const memoryAuthority: Invariant = {
  id: 'I4',
  title: 'every memory endpoint comes from a live memory gate, and no gate reaches further than the one it came from',
  check: (view) => {
    for (const endpoint of view.endpoints) {
      const { active } = endpoint
      if (active?.gate.kind !== 'mgate') continue
      const { gate, capability } = active
      const registers = registersOf(view, endpoint)
      const where = placeOf({ tile: endpoint.tile.id, ep: endpoint.ep })
      assert.notEqual(capability.table, undefined, `the capability behind ${where} is gone`)
      assert.equal(registers?.type, endpointTypes.memory, `${where} is no memory endpoint`)
      const word0 = decode(memoryWord0, registers.words[0])
      assert.equal((word0.chip << 8) | word0.tile, gate.address.tile, `tile behind ${where}`)
      assert.equal(word0.permissions, gate.permissions & 3, `permissions of ${where}`)
      assert.deepEqual(registers.words.slice(1), [gate.address.offset, gate.size], `range of ${where}`)
    }
    for (const { object, parent, selector } of view.capabilities) {
      if (object.kind !== 'mgate' || parent?.object.kind !== 'mgate') continue
      const outer = parent.object
      const inside =
        object.address.tile === outer.address.tile &&
        object.address.offset >= outer.address.offset &&
        object.address.offset + object.size <= outer.address.offset + outer.size
      assert.ok(inside, `the memory gate at ${selector} leaves the one it came from`)
      assert.equal(object.permissions & ~outer.permissions, 0, `the memory gate at ${selector} allows more than before`)
    }
  },
}

/** What the kernel wrote, without what the TCU changes in use. */
export const fixedWords = ({ type, words }: ValidEndpoint): readonly bigint[] => {
  if (type === endpointTypes.memory) return words
  const usedBits = type === endpointTypes.send ? (0x3fn << 19n) | (0xffffn << 37n) : ((1n << 12n) - 1n) << 47n
  const word0 = words[0] & ~usedBits
  return type === endpointTypes.send ? [word0, words[1], words[2]] : [word0, words[1]]
}

export const revocationPrecision: Invariant = {
  id: 'I7',
  title: 'an endpoint whose gate stays is never touched',
  check: (view, past) => {
    for (const endpoint of view.endpoints) {
      const before = past.active.get(endpoint)
      if (before === undefined || before.active !== endpoint.active) continue
      const registers = registersOf(view, endpoint)
      const where = placeOf({ tile: endpoint.tile.id, ep: endpoint.ep })
      assert.notEqual(registers, undefined, `${where} was invalidated without reason`)
      assert.deepEqual(fixedWords(registers as ValidEndpoint), before.words, `${where} was changed without reason`)
    }
  },
}

export const singleActivation: Invariant = {
  id: 'I10',
  title: 'a gate is active on one endpoint, an endpoint has one gate, and a receive gate is where its registers are',
  check: (view) => {
    for (const { object } of view.capabilities) {
      if (object.kind !== 'rgate' && object.kind !== 'sgate' && object.kind !== 'mgate') continue
      if (object.ep !== undefined) assert.equal(object.ep.active?.gate, object, 'a gate is active where another one is')
    }
    for (const endpoint of view.endpoints) {
      const { active, replies } = endpoint
      if (active === undefined) continue
      assert.equal(active.gate.ep, endpoint, 'an endpoint has a gate that is active elsewhere')
      if (active.gate.kind !== 'rgate') continue
      const registers = registersOf(view, endpoint)
      const where = placeOf({ tile: endpoint.tile.id, ep: endpoint.ep })
      assert.equal(registers?.type, endpointTypes.receive, `${where} is no receive endpoint`)
      const { slotOrder, slotsOrder, replyEps } = decode(receiveWord0, registers.words[0])
      assert.equal(slotOrder, active.gate.messageOrder, `slot size of ${where}`)
      assert.equal(slotOrder + slotsOrder, active.gate.order, `buffer size of ${where}`)
      assert.equal(replyEps, replies > 0 ? endpoint.ep + 1 : 0xffff, `reply endpoints of ${where}`)
    }
  },
}
