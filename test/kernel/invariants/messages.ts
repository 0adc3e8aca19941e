/** I5, I11, I12, I13, I17: labels, credits, replies, and the kernel's own buffers. */
import assert from 'node:assert/strict'
import {
  command,
  decode,
  endpointRegister,
  endpointTypes,
  messageHeader,
  opcodes,
  receiveWord0,
  receiveWord2,
  registers,
  sendWord0,
} from '#layout'
import { kernelBuffers, kernelEps, maxPendingMessages, muxEps, standardEps } from '../../../src/kernel/numbers.ts'
import type { Invariant } from './invariant.ts'
import { receiverOf } from './endpoints.ts'
import { isReply, placeOf, targetOf, validEndpoints } from './view.ts'
import type { Machine, ValidEndpoint, View } from './view.ts'

/** A message that lies in a receive buffer. */
interface Received {
  readonly slot: number
  readonly unread: boolean
  readonly sender: number
  /** The sender's endpoint; 0xFFFF when its credits are unlimited. */
  readonly senderEp: number
  readonly label: bigint
  readonly reply: boolean
}

const messagesAt = (machine: Machine, { tile, words }: ValidEndpoint): readonly Received[] => {
  const { slotOrder, slotsOrder } = decode(receiveWord0, words[0])
  const { occupied, unread } = decode(receiveWord2, words[2])
  const found: Received[] = []
  for (let slot = 0; slot < 2 ** slotsOrder; slot++) {
    if (((occupied >>> slot) & 1) === 0) continue
    const view = new DataView(machine.memory(tile, Number(words[1]) + slot * 2 ** slotOrder, 32).slice().buffer)
    const first = decode(messageHeader, view.getBigUint64(0, true))
    found.push({
      slot,
      unread: ((unread >>> slot) & 1) === 1,
      sender: (first.chip << 8) | first.tile,
      senderEp: first.senderEp,
      label: view.getBigUint64(16, true),
      reply: first.isReply === 1,
    })
  }
  return found
}

const kernelMessages = ({ kernel, machine }: View, ep: number): readonly Received[] => {
  const word = (index: number): bigint => machine.register(kernel.tile, endpointRegister(ep, index))
  const words = [word(0), word(1), word(2)] as const
  if (Number(words[0] & 7n) !== endpointTypes.receive) return []
  return messagesAt(machine, { tile: kernel.tile, ep, type: endpointTypes.receive, words })
}

/** Channels that exist now, as past messages of them are recognised. */
export const channelsOf = (view: View): readonly string[] =>
  [...view.valid.values()]
    .filter((endpoint) => endpoint.type === endpointTypes.send && !isReply(endpoint))
    .map((endpoint) => {
      const unlimited = decode(sendWord0, endpoint.words[0]).maxCredits === 0x3f
      const sender = unlimited ? 0xffff : endpoint.ep
      return channel(endpoint.tile, sender, endpoint.words[2], placeOf(targetOf(endpoint)))
    })

const channel = (tile: number, ep: number, label: bigint, receiver: string): string =>
  `${tile.toString(16)}/${ep} with label ${label} to ${receiver}`

export const labelIntegrity: Invariant = {
  id: 'I5',
  title:
    'a message carries the label of the gate it was sent through; system calls and side calls that of their sender',
  check: (view, past, distrusted) => {
    for (const activity of view.activities) {
      const place = { tile: activity.tile.tile.id, ep: activity.epsStart + standardEps.systemCall }
      const endpoint = view.valid.get(placeOf(place))
      if (endpoint === undefined) continue
      assert.equal(endpoint.words[2], BigInt(activity.id), `label of the system calls of activity ${activity.id}`)
      assert.deepEqual(targetOf(endpoint), { tile: view.kernel.tile, ep: kernelEps.systemCalls })
    }
    for (const { id } of view.kernel.tiles.values()) {
      const endpoint = view.valid.get(placeOf({ tile: id, ep: muxEps.toKernel }))
      if (endpoint !== undefined) assert.equal(endpoint.words[2], BigInt(id), 'label of a multiplexer')
    }
    for (const { sender, senderEp, label } of kernelMessages(view, kernelEps.systemCalls)) {
      const caller = view.kernel.activities.get(Number(label))
      assert.deepEqual(
        [sender, senderEp],
        [caller?.tile.tile.id, (caller?.epsStart ?? 0) + standardEps.systemCall],
        `somebody makes system calls as activity ${label}`,
      )
    }
    for (const endpoint of view.valid.values()) {
      if (endpoint.type !== endpointTypes.receive || distrusted.has(endpoint.tile)) continue
      for (const { unread, reply, sender, senderEp, label } of messagesAt(view.machine, endpoint)) {
        if (!unread || reply || sender === view.kernel.tile) continue
        const found = channel(sender, senderEp, label, placeOf(endpoint))
        assert.ok(past.channels.has(found), `a message from nowhere: ${found}`)
      }
    }
  },
}

export const creditConservation: Invariant = {
  id: 'I11',
  title: 'credits left and messages that can still be answered are never more than the credits of the gate',
  check: (view) => {
    const answers = allReplies(view).map((reply) => {
      const { tile } = targetOf(reply)
      return placeOf({ tile, ep: decode(sendWord0, reply.words[0]).creditEp })
    })
    for (const endpoint of view.valid.values()) {
      if (endpoint.type !== endpointTypes.send || isReply(endpoint)) continue
      const { credits, maxCredits } = decode(sendWord0, endpoint.words[0])
      if (maxCredits === 0x3f) continue
      // A SEND takes its credit when the acknowledgement is there, after the message has arrived (TCU section 4.3).
      const { op, ep } = decode(command, view.machine.register(endpoint.tile, registers.COMMAND))
      const sending = op === opcodes.send && ep === endpoint.ep ? 1 : 0
      const open = answers.filter((sender) => sender === placeOf(endpoint)).length - sending
      assert.ok(
        credits + open <= maxCredits,
        `${placeOf(endpoint)} has ${credits} credits, ${open} of ${maxCredits} out`,
      )
    }
  },
}

const allReplies = (view: View): readonly ValidEndpoint[] =>
  [...view.valid.values(), ...validEndpoints(view.machine, view.kernel.tile)].filter(isReply)

export const noStaleReplies: Invariant = {
  id: 'I12',
  title: 'whoever can give a credit back can give it to the channel that it came from and to no other',
  check: (view) => {
    for (const reply of [...view.valid.values()].filter(isReply)) {
      const { creditEp } = decode(sendWord0, reply.words[0])
      if (creditEp === 0xffff) continue
      const sender = { tile: targetOf(reply).tile, ep: creditEp }
      const endpoint = view.valid.get(placeOf(sender))
      const receiver = receiverOf(view, reply)
      assert.equal(endpoint?.type, endpointTypes.send, `${placeOf(reply)} gives credits to ${placeOf(sender)}`)
      assert.deepEqual(targetOf(endpoint), { tile: receiver?.tile, ep: receiver?.ep }, `credits of ${placeOf(sender)}`)
    }
  },
}

export const oneSystemCall: Invariant = {
  id: 'I13',
  title: 'an activity has at most one system call unanswered, and the kernel forgets none',
  check: (view) => {
    const messages = kernelMessages(view, kernelEps.systemCalls)
    for (const { slot, unread, label } of messages) {
      const { call, id } = view.kernel.activities.get(Number(label)) ?? {}
      const same = messages.filter((other) => other.label === label)
      assert.equal(same.length, 1, `activity ${label} has ${same.length} calls`)
      const offset = slot << kernelBuffers.systemCalls.slotOrder
      if (!unread) assert.equal(call?.offset, offset, `the call of activity ${id ?? label} was forgotten`)
    }
  },
}

export const boundedBuffers: Invariant = {
  id: 'I17',
  title: "the kernel's buffers never overflow, and it refuses nobody's message",
  check: (view, past) => {
    assert.deepEqual(past.refused, [], 'the kernel tile refused a message')
    assert.ok(view.kernel.queues.slots <= maxPendingMessages, 'more answers can come than fit')
    assert.ok(kernelMessages(view, kernelEps.replies).length <= view.kernel.queues.slots, 'an answer nobody asked for')
    const muxes = kernelMessages(view, kernelEps.muxCalls).map(({ label }) => label)
    assert.equal(new Set(muxes).size, muxes.length, 'a multiplexer has two calls')
  },
}
