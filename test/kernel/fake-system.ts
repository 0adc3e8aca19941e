/** A kernel on the fake machine with some activities, and the invariants that hold for it at all times. */
import assert from 'node:assert/strict'
import { decode, memoryWord0, sendWord0, sendWord1 } from '#layout'
import type { Activity } from '../../src/kernel/activity.ts'
import type { Capability } from '../../src/kernel/capability.ts'
import { newActivity } from '../../src/kernel/create-activity.ts'
import { handleSystemCall } from '../../src/kernel/dispatch.ts'
import { KernelState } from '../../src/kernel/kernel-state.ts'
import { muxEps } from '../../src/kernel/numbers.ts'
import { kernelMemory } from '../../src/kernel/objects.ts'
import type { Endpoint, KernelMemory, TileObject } from '../../src/kernel/objects.ts'
import { Quota } from '../../src/kernel/quota.ts'
import { sideCallReply } from '../../src/kernel/side-calls.ts'
import { Tcu } from '../../src/kernel/tcu.ts'
import { rootTileObject, TileState } from '../../src/kernel/tile-state.ts'
import { FakeMachine } from './fake-machine.ts'
import type { SentMessage } from './fake-machine.ts'

export interface FakeSystem {
  readonly machine: FakeMachine
  readonly kernel: KernelState
  readonly activities: readonly Activity[]
  readonly memory: KernelMemory
  readonly tiles: readonly TileObject[]
  /** Tiles whose multiplexers answer nothing. */
  readonly silent: Set<number>
  /** Answers of everybody who is no multiplexer; undefined leaves the request unanswered. */
  answers: (message: SentMessage) => Uint8Array | undefined
  /** Answers of multiplexers. */
  muxAnswers: (message: SentMessage) => Uint8Array
  /** Makes a system call with these bytes and lets the kernel run until nothing is ready; gives what it answered. */
  readonly call: (caller: Activity, payload: Uint8Array) => Promise<readonly bigint[] | undefined>
  /** All answers to system calls so far. */
  readonly answered: { readonly caller: Activity; readonly words: readonly bigint[] }[]
  /** Lets the kernel run and others answer until nothing happens any more. */
  readonly settle: () => Promise<void>
  /** Lets time pass, in nanoseconds. */
  readonly pass: (nanoseconds: bigint) => Promise<void>
}

const tileIds = [0x25, 0x00, 0x20]
const wordsOf = (bytes: Uint8Array): readonly bigint[] => [...new BigUint64Array(bytes.buffer, 0, bytes.length / 8)]

/** Three tiles with an activity each; they share one kernel memory. */
export const fakeSystem = (memoryBytes = 100_000): FakeSystem => {
  const machine = new FakeMachine(tileIds)
  const kernel = new KernelState(new Tcu(machine))
  const memory = kernelMemory(new Quota(0, memoryBytes))
  const tiles = tileIds.map((id) => {
    const queue = kernel.queues.create(() => ({ tile: id, ep: muxEps.sideCalls }))
    const state = new TileState(id, machine.tiles.get(id)?.descriptor ?? 0n, queue)
    state.mux = 'running'
    kernel.tiles.set(id, state)
    return rootTileObject(state)
  })
  const activities = tiles.map((tile, index) => {
    const activity = newActivity(kernel, { name: `activity ${index}`, root: false, tile, kmem: memory })
    activity.state = 'running'
    return activity
  })
  const callers = new Map<number, Activity>()
  let offset = 0
  const system: FakeSystem = {
    machine,
    kernel,
    activities,
    memory,
    tiles,
    silent: new Set(),
    answers: () => undefined,
    muxAnswers: () => sideCallReply(0),
    answered: [],
    call: async (caller, payload) => {
      machine.replies = []
      offset = (offset + 512) % (32 * 512)
      callers.set(offset, caller)
      const before = system.answered.length
      const message = { offset, label: BigInt(caller.id), sender: 0, payload }
      await kernel.threads.start(() => handleSystemCall(kernel, message))
      await system.settle()
      return system.answered.slice(before).find((answer) => answer.caller === caller)?.words
    },
    settle: async () => {
      for (;;) {
        while (await kernel.threads.runReady()) continue
        const next = machine.sent.find((message) => answerTo(system, message) !== undefined)
        if (next === undefined) return
        const payload = answerTo(system, next) as Uint8Array
        machine.sent = machine.sent.filter((message) => message !== next)
        await kernel.queues.answer({ offset: 0, label: next.replyLabel, sender: next.tile, payload })
      }
    },
    pass: async (nanoseconds) => {
      machine.time += nanoseconds
      await kernel.queues.expire()
      await system.settle()
    },
  }
  machine.onReply = (at, payload) => {
    const caller = callers.get(at)
    if (caller !== undefined) system.answered.push({ caller, words: wordsOf(payload) })
  }
  return system
}

const answerTo = (system: FakeSystem, message: SentMessage): Uint8Array | undefined => {
  if (message.ep !== muxEps.sideCalls) return system.answers(message)
  return system.silent.has(message.tile) ? undefined : system.muxAnswers(message)
}

/** Every capability of every table. */
export const allCapabilities = (system: FakeSystem): readonly Capability[] =>
  system.activities.flatMap(({ table }) => table.all())

const endpointsOf = (system: FakeSystem): readonly Endpoint[] => [
  ...new Set(allCapabilities(system).flatMap(({ object }) => (object.kind === 'ep' ? [object] : []))),
]

/** Kernel section 7: I3, I4, I8, I9, I10. */
export const expectInvariants = (system: FakeSystem): void => {
  expectForest(system)
  expectQuotas(system)
  expectEndpoints(system)
}

const expectForest = (system: FakeSystem): void => {
  const all = new Set(allCapabilities(system))
  for (const { table } of system.activities)
    for (const capability of table.all()) {
      assert.equal(capability.table, table)
      assert.equal(table.get(capability.selector), capability)
    }
  for (const capability of all) {
    if (capability.derived) assert.notEqual(capability.parent, undefined)
    expectNotMoreThanParent(capability)
    if (capability.parent !== undefined) {
      assert.ok(all.has(capability.parent))
      assert.ok(capability.parent.children.has(capability))
    }
    for (const child of capability.children) assert.equal(child.parent, capability)
    const seen = new Set<Capability>()
    for (let up: Capability | undefined = capability; up !== undefined; up = up.parent) {
      assert.equal(seen.has(up), false)
      seen.add(up)
    }
  }
}

/** A derived memory gate lies inside the gate that it comes from, and allows no more. */
const expectNotMoreThanParent = ({ object, parent }: Capability): void => {
  if (object.kind !== 'mgate' || parent?.object.kind !== 'mgate') return
  const outer = parent.object
  assert.equal(object.permissions & ~outer.permissions, 0)
  assert.equal(object.address.tile, outer.address.tile)
  assert.ok(object.address.offset >= outer.address.offset)
  assert.ok(object.address.offset + object.size <= outer.address.offset + outer.size)
}

const expectQuotas = (system: FakeSystem): void => {
  const charged = allCapabilities(system).reduce((sum, { charge }) => sum + charge, 0)
  assert.equal(system.memory.quota.left + charged, system.memory.quota.total)
  const endpoints = endpointsOf(system)
  for (const { tile, quota } of system.tiles) {
    const here = endpoints.filter((ep) => ep.tile === tile)
    const used = here.reduce((sum, { replies }) => sum + 1 + replies, 0) + 7 * tile.activities
    assert.equal(quota.left + used, quota.total)
    assert.equal(tile.allocated, used)
  }
}

const expectEndpoints = (system: FakeSystem): void => {
  const endpoints = endpointsOf(system)
  for (const [id, tile] of system.machine.tiles) {
    assert.ok(endpoints.every((ep) => ep.active === undefined || ep.active.gate.ep === ep))
    const active = endpoints.filter((ep) => ep.tile.id === id && ep.active !== undefined)
    assert.deepEqual(
      tile.validEndpoints(),
      active.map(({ ep }) => ep).sort((a, b) => a - b),
    )
    for (const ep of active) {
      const gate = ep.active?.gate
      assert.equal(gate?.ep, ep)
      assert.notEqual(ep.active?.capability.table, undefined)
      if (gate?.kind === 'mgate') {
        const word0 = decode(memoryWord0, tile.word(ep.ep, 0))
        assert.equal((word0.chip << 8) | word0.tile, gate.address.tile)
        assert.equal(word0.permissions, gate.permissions & 3)
        assert.deepEqual([tile.word(ep.ep, 1), tile.word(ep.ep, 2)], [gate.address.offset, gate.size])
      }
      if (gate?.kind === 'sgate') {
        assert.equal(tile.word(ep.ep, 2), gate.label)
        assert.equal(decode(sendWord0, tile.word(ep.ep, 0)).messageOrder, gate.rgate.messageOrder)
        const target = decode(sendWord1, tile.word(ep.ep, 1))
        const receiver = endpoints.find(
          ({ tile: { id: there }, ep: number }) => there === ((target.chip << 8) | target.tile) && number === target.ep,
        )
        if (receiver?.active?.gate.kind === 'rgate') assert.equal(receiver.active.gate, gate.rgate)
      }
    }
  }
}
