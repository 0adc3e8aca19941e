import { beforeEach, describe, expect, test } from 'vitest'
import { encode, endpointRegister, noActivity, registers, sendWord0, sendWord1, withField } from '#layout'
import type { Activity } from '../../src/kernel/activity.ts'
import { configureStandardEndpoints } from '../../src/kernel/create-activity.ts'
import { receiveEndpoint } from '../../src/kernel/endpoint-words.ts'
import { kernelEps, kernelMemory, selectors } from '../../src/kernel/numbers.ts'
import type { Endpoint } from '../../src/kernel/objects.ts'
import { encodeRequest, systemCalls } from '../../src/kernel/system-calls.ts'
import type { FakeTile } from './fake-machine.ts'
import { fakeSystem } from './fake-system.ts'
import type { FakeSystem } from './fake-system.ts'
import { createMonitor, invariants } from './invariants/index.ts'
import type { Monitor } from './invariants/index.ts'

const none = 0xffff
let system: FakeSystem
let server: Activity
let client: Activity
let monitor: Monitor
/** Messages in the kernel's buffers, by address. */
let messages: Map<number, Uint8Array>

const tileOf = (activity: Activity): FakeTile => system.machine.tiles.get(activity.tile.tile.id)!
const place = (activity: Activity, selector: bigint): Endpoint => activity.table.find(selector, 'ep').object

/** Lets the words of an endpoint be something else than the kernel wrote. */
const tamper = (activity: Activity, ep: number, index: number, change: (word: bigint) => bigint): void => {
  const tile = tileOf(activity)
  tile.write(endpointRegister(ep, index), change(tile.word(ep, index)))
}

/**
 * Server: receive gate 30 active on EP 20 with a reply endpoint, memory gate 50, service 60 with session 61. Client: send
 * gate 31 with one credit active on EP 25, memory gate 50 active on EP 26, its own kernel memory 70.
 */
beforeEach(async () => {
  system = fakeSystem()
  ;[server, client] = system.activities as [Activity, Activity]
  const { createRgate, createSgate, createMgate, allocEp, activate, createSrv, createSess } = systemCalls
  const buffers = { bufferMemory: none, bufferOffset: 0 }
  const memory = { act: 2, address: 0x1000_8000, size: 0x2000, permissions: 3 }
  for (const [caller, request] of [
    [server, encodeRequest(createRgate, { dst: 30, order: 6, messageOrder: 6 })],
    [server, encodeRequest(createSgate, { dst: 31, rgate: 30, label: 7, credits: 1 })],
    [server, encodeRequest(createMgate, { dst: 50, ...memory })],
    [server, encodeRequest(allocEp, { dst: 40, act: 2, ep: 20, replies: 1 })],
    [client, encodeRequest(allocEp, { dst: 41, act: 2, ep: 25, replies: 0 })],
    [client, encodeRequest(allocEp, { dst: 42, act: 2, ep: 26, replies: 0 })],
    [server, encodeRequest(activate, { ep: 40, gate: 30, bufferMemory: none, bufferOffset: 0x1003_2000 })],
    [server, encodeRequest(createSrv, { dst: 60, rgate: 30, creator: 0, name: 's' })],
    [server, encodeRequest(createSess, { dst: 61, srv: 60, creator: 0, ident: 5, autoClose: false })],
  ] as const)
    expect((await system.call(caller, request))?.[0]).toBe(0n)
  for (const selector of [31n, 50n]) client.table.clone(selector, server.table.get(selector)!)
  await system.call(client, encodeRequest(activate, { ep: 41, gate: 31, ...buffers }))
  await system.call(client, encodeRequest(activate, { ep: 42, gate: 50, ...buffers }))
  for (const activity of [server, client]) await configureStandardEndpoints(system.kernel, activity)
  const { systemCalls: ep } = kernelEps
  const words = receiveEndpoint({ address: kernelMemory.buffers, slots: 32, slotOrder: 9, replyEps: 8 })
  await system.kernel.remote.configureOwn(ep, words)
  messages = new Map()
  monitor = createMonitor({
    register: (tile, offset) => system.machine.peek(tile, offset),
    memory: (_tile, address, bytes) => messages.get(address) ?? new Uint8Array(bytes),
  })
  monitor.look(system.kernel)
})

/** Puts a message into a slot of the kernel's system-call buffer that says it comes from `sender`. */
const arrive = (slot: number, label: number, sender: Activity, unread: boolean): void => {
  const header = new DataView(new ArrayBuffer(32))
  const tile = sender.tile.tile.id
  header.setBigUint64(0, (BigInt(sender.epsStart) << 32n) | (BigInt(tile) << 5n), true)
  header.setBigUint64(16, BigInt(label), true)
  messages.set(kernelMemory.buffers + 512 * slot, new Uint8Array(header.buffer))
  const register = endpointRegister(kernelEps.systemCalls, 2)
  const bits = (unread ? 1n << 32n : 0n) | 1n
  void system.machine.writeRegister(register, system.machine.peek(0x06, register) | (bits << BigInt(slot)))
}

const replyEndpoint = (creditEp: number, sender: Activity, ep: number, tile = server): void => {
  const to = tileOf(tile)
  const word0 = {
    reserved: 0,
    reply: 1,
    creditEp,
    messageOrder: 6,
    maxCredits: 1,
    credits: 1,
    act: noActivity,
    type: 1,
  }
  to.write(endpointRegister(ep, 0), encode(sendWord0, word0))
  to.write(endpointRegister(ep, 1), encode(sendWord1, { reserved: 0n, chip: 0, tile: sender.tile.tile.id, ep: 12 }))
}

/** What breaks each invariant. */
const breaks: Readonly<Record<string, () => unknown>> = {
  I1: () => tamper(client, 90, 0, () => 3n),
  I2: () => tileOf(client).write(registers.FEATURES, 1n),
  I3: () => tamper(client, 25, 2, () => 8n),
  I4: () => tamper(client, 26, 2, (size) => size + 1n),
  I5: () => arrive(0, client.id, server, true),
  I6: () => {
    const parent = server.table.get(31n)!
    const [child] = parent.children
    child!.parent = undefined
    parent.children.clear()
    Object.assign(child!, { derived: false })
    server.table.take(parent)
    system.memory.quota.giveBack(parent.charge)
  },
  I7: () => tamper(server, 20, 1, (buffer) => buffer + 64n),
  I8: () => server.table.get(31n)!.children.clear(),
  I9: () => system.memory.quota.take(1),
  I10: () => {
    const first = place(client, 41n)
    client.table.find(50n, 'mgate').object.ep = first
  },
  I11: () => {
    replyEndpoint(25, client, 21)
  },
  I12: () => {
    tamper(client, 25, 0, (word) => withField(sendWord0, 'credits', word, 0))
    replyEndpoint(26, client, 21)
  },
  I13: () => arrive(3, client.id, client, false),
  I14: () => {
    client.removed = true
  },
  I15: async () => {
    system.answers = () => undefined
    const request = { act: 2, sess: 62, range: { start: 80, count: 1 }, bytes: 0, args: [], obtain: true }
    client.table.clone(62n, server.table.get(61n)!)
    await system.call(client, encodeRequest(systemCalls.exchangeSess, request))
    system.machine.time += 20_000_000n
  },
  I16: () => {
    const { object } = server.table.find(61n, 'sess')
    Object.assign(object, { service: { ...object.service } })
  },
  I17: () => monitor.past.refused.push('EP 4: error 7'),
}

describe('the monitors', () => {
  test('there is one for each invariant of kernel section 7', () => {
    expect(invariants.map(({ id }) => id)).toEqual(Array.from({ length: 17 }, (_, index) => `I${index + 1}`))
    expect(Object.keys(breaks)).toEqual(invariants.map(({ id }) => id))
  })

  test.each(invariants.map(({ id, title }) => [id, title] as const))(
    '%s notices when it does not hold that %s',
    async (id, title) => {
      await breaks[id]?.()

      expect(() => monitor.look(system.kernel)).toThrow(`${id} (${title})`)
    },
  )

  test('what programs may do breaks none of them', async () => {
    tamper(client, 25, 0, (word) => withField(sendWord0, 'credits', word, 0))
    replyEndpoint(25, client, 21)
    arrive(0, client.id, client, true)

    expect(() => monitor.look(system.kernel)).not.toThrow()
    expect(client.table.get(selectors.activity)).toBeDefined()
  })
})
