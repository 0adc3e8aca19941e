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
import { Tcu } from '../../src/kernel/tcu.ts'
import { rootTileObject, TileState } from '../../src/kernel/tile-state.ts'
import { FakeMachine } from './fake-machine.ts'

export interface FakeSystem {
  readonly machine: FakeMachine
  readonly kernel: KernelState
  readonly activities: readonly Activity[]
  readonly memory: KernelMemory
  readonly tiles: readonly TileObject[]
  /** Makes a system call with these bytes and lets the kernel run until nothing is ready; gives what it answered. */
  readonly call: (caller: Activity, payload: Uint8Array) => Promise<readonly bigint[] | undefined>
}

const tileIds = [0x25, 0x00, 0x20]

/** Three tiles with an activity each; they share one kernel memory. */
export const fakeSystem = (memoryBytes = 100_000): FakeSystem => {
  const machine = new FakeMachine(tileIds)
  const kernel = new KernelState(new Tcu(machine))
  const memory = kernelMemory(0, memoryBytes)
  const tiles = tileIds.map((id) => {
    const state = new TileState(id, machine.tiles.get(id)?.descriptor ?? 0n, kernel.queues.create(id, muxEps.sideCalls))
    state.mux = 'running'
    kernel.tiles.set(id, state)
    return rootTileObject(state)
  })
  const activities = tiles.map((tile, index) => {
    const activity = newActivity(kernel, { name: `activity ${index}`, root: false, tile, kmem: memory })
    activity.state = 'running'
    return activity
  })
  let offset = 0
  const call = async (caller: Activity, payload: Uint8Array): Promise<readonly bigint[] | undefined> => {
    machine.replies = []
    const message = { offset: 512 * (offset++ % 32), label: BigInt(caller.id), sender: 0, payload }
    await kernel.threads.start(() => handleSystemCall(kernel, message))
    while (await kernel.threads.runReady()) continue
    const [reply] = machine.replies
    return reply && [...new BigUint64Array(reply.buffer, 0, reply.length / 8)]
  }
  return { machine, kernel, activities, memory, tiles, call }
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
  assert.equal(system.memory.left + charged, system.memory.quota)
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
