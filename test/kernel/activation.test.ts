import { beforeEach, describe, expect, test } from 'vitest'
import {
  command,
  encode,
  endpointRegister,
  noActivity,
  opcodes,
  registers,
  sendWord0,
  sendWord1,
} from '../../src/layout/index.ts'
import type { Activity } from '../../src/kernel/activity.ts'
import type { Capability } from '../../src/kernel/capability.ts'
import { exitActivity } from '../../src/kernel/exit.ts'
import { sideCallReply } from '../../src/kernel/side-calls.ts'
import { encodeRequest, systemCalls } from '../../src/kernel/system-calls.ts'
import type { FieldCodecs, Sent, SystemCall } from '../../src/kernel/system-calls.ts'
import { expectInvariants, fakeSystem } from './fake-system.ts'
import type { FakeSystem } from './fake-system.ts'
import type { FakeTile } from './fake-machine.ts'

const none = 0xffff
const buffer = 0x1003_2000

let system: FakeSystem
let server: Activity
let client: Activity
let other: Activity

/** The activity's tile, its registers as they are. */
const tileOf = (activity: Activity): FakeTile => system.machine.tiles.get(activity.tile.tile.id)!

const typeOf = (activity: Activity, ep: number): number => Number(tileOf(activity).word(ep, 0) & 7n)

const call = async <R extends FieldCodecs, A extends FieldCodecs>(
  caller: Activity,
  what: SystemCall<R, A>,
  request: Sent<R>,
): Promise<number | undefined> => {
  const answer = await system.call(caller, encodeRequest(what, request))
  return answer && Number(answer[0])
}

const activate = (caller: Activity, ep: number, gate: number, bufferOffset = 0) =>
  call(caller, systemCalls.activate, { ep, gate, bufferMemory: none, bufferOffset })

const revoke = (caller: Activity, start: number) =>
  call(caller, systemCalls.revoke, { act: 2, range: { start, count: 1 }, own: true })

const allocate = (caller: Activity, dst: number, ep: number, replies = 0) =>
  call(caller, systemCalls.allocEp, { dst, act: 2, ep, replies })

/** Gives a capability of the server's to another activity, at the same selector. */
const give = (to: Activity, selector: bigint): void => {
  to.table.clone(selector, server.table.get(selector) as Capability)
}

/** Server: receive gate 30 with EP 20 (selector 40), send gate 31; the client has 31 too, and EP 25 (selector 41). */
beforeEach(async () => {
  system = fakeSystem()
  ;[server, client, other] = system.activities as [Activity, Activity, Activity]
  await call(server, systemCalls.createRgate, { dst: 30, order: 6, messageOrder: 6 })
  await call(server, systemCalls.createSgate, { dst: 31, rgate: 30, label: 7, credits: 1 })
  await allocate(server, 40, 20, 1)
  await allocate(client, 41, 25)
  give(client, 31n)
})

describe('activate', () => {
  test('a send gate waits until its receive gate is active', async () => {
    const waiting = await activate(client, 41, 31)
    const opened = await activate(server, 40, 30, buffer)

    expect([waiting, opened, typeOf(client, 25)]).toEqual([undefined, 0, 1])
    expect(system.machine.replies).toHaveLength(2)
    expectInvariants(system)
  })

  test('a send gate that is not to wait gives RecvGone without an active receive gate, and changes nothing', async () => {
    const now = () =>
      call(client, systemCalls.activate, { ep: 41, gate: 31, bufferMemory: none, bufferOffset: 0, now: true })
    const early = await now()
    const between = typeOf(client, 25)
    await activate(server, 40, 30, buffer)

    expect([early, between, await now(), typeOf(client, 25)]).toEqual([6, 0, 0, 1])
    expectInvariants(system)
  })

  test('a send gate that is revoked while it waits gives RecvGone', async () => {
    await activate(client, 41, 31)
    await revoke(server, 31)

    const answers = system.machine.replies.map(([code]) => code)
    expect(answers.sort()).toEqual([0, 6])
    expect(typeOf(client, 25)).toBe(0)
  })

  test('an activity that dies while it waits gets neither an endpoint nor an answer', async () => {
    await activate(client, 41, 31)
    await exitActivity(system.kernel, client, 0, true)
    const opened = await activate(server, 40, 30, buffer)

    expect(opened).toBe(0)
    expect(system.machine.replies).toHaveLength(1)
    expect(typeOf(client, 25)).toBe(0)
  })

  test('an endpoint with credits outstanding keeps its gate', async () => {
    await activate(server, 40, 30, buffer)
    await activate(client, 41, 31)
    const register = endpointRegister(25, 0)
    tileOf(client).write(register, tileOf(client).read(register) & ~(0x3fn << 19n))

    const error = await activate(client, 41, none)

    expect([error, typeOf(client, 25)]).toEqual([10, 1])
    expect(client.table.find(41n, 'ep').object.active?.gate.kind).toBe('sgate')
  })

  test('senders to a gate that was active before do not reach its successor', async () => {
    await activate(server, 40, 30, buffer)
    await activate(client, 41, 31)
    await call(server, systemCalls.createRgate, { dst: 32, order: 6, messageOrder: 6 })

    const error = await activate(server, 40, 32, buffer)

    expect([error, typeOf(server, 20), typeOf(client, 25)]).toEqual([0, 2, 0])
    expectInvariants(system)
  })

  test('senders follow no gate that moves to another endpoint', async () => {
    await activate(server, 40, 30, buffer)
    await activate(client, 41, 31)
    await activate(server, 40, none)
    await allocate(server, 43, 30, 1)

    const error = await activate(server, 43, 30, buffer)

    expect([error, typeOf(client, 25)]).toEqual([0, 0])
    expectInvariants(system)
  })

  test('a gate is active on one endpoint at a time', async () => {
    await activate(server, 40, 30, buffer)
    await activate(client, 41, 31)
    await allocate(client, 42, 26)

    expect(await activate(client, 42, 31)).toBe(36)
  })

  test('a call that fails after the old gate was taken away leaves the endpoint invalid', async () => {
    await call(client, systemCalls.createMgate, {
      dst: 50,
      act: 2,
      address: 0x1000_8000,
      size: 0x1000,
      permissions: 3,
    })
    await activate(client, 41, 50)

    const error = await activate(client, 41, 2)

    expect([error, typeOf(client, 25)]).toEqual([28, 0])
    expectInvariants(system)
  })
})

describe('revoke', () => {
  const shareMemory = async (): Promise<void> => {
    await call(server, systemCalls.createMgate, {
      dst: 50,
      act: 2,
      address: 0x1000_8000,
      size: 0x1000,
      permissions: 3,
    })
    give(client, 50n)
    give(other, 50n)
    await activate(client, 41, 50)
  }

  test('releasing an unrelated clone leaves the endpoint alone', async () => {
    await shareMemory()

    expect(await revoke(other, 50)).toBe(0)
    expect(typeOf(client, 25)).toBe(3)
  })

  test('releasing an ancestor ends the endpoint', async () => {
    await shareMemory()

    expect(await revoke(server, 50)).toBe(0)
    expect(typeOf(client, 25)).toBe(0)
    expect(client.table.get(50n)).toBeUndefined()
  })

  test('a gate whose clone was released can be activated through another one', async () => {
    await shareMemory()
    await revoke(client, 50)
    await allocate(other, 42, 30)

    expect(await activate(other, 42, 50)).toBe(0)
    expectInvariants(system)
  })

  test("a sender's unanswered messages cannot be answered any more", async () => {
    await activate(server, 40, 30, buffer)
    await activate(client, 41, 31)
    const tile = tileOf(server)
    const reply = encode(sendWord0, {
      reserved: 0,
      reply: 1,
      creditEp: 25,
      messageOrder: 6,
      maxCredits: 1,
      credits: 1,
      act: noActivity,
      type: 1,
    })
    tile.write(endpointRegister(20, 2), 1n)
    tile.write(endpointRegister(21, 0), reply)
    tile.write(endpointRegister(21, 1), encode(sendWord1, { reserved: 0n, chip: 0, tile: client.tile.tile.id, ep: 12 }))

    await revoke(server, 31)

    expect([typeOf(client, 25), typeOf(server, 21), typeOf(server, 20)]).toEqual([0, 0, 2])
  })

  test('a message that is still being sent is looked for when it has arrived', async () => {
    await activate(server, 40, 30, buffer)
    await activate(client, 41, 31)
    const sender = tileOf(client)
    const receiver = tileOf(server)
    const word0 = { reserved: 0, reply: 1, creditEp: 25, messageOrder: 6, maxCredits: 1, credits: 1 }
    let looks = 0
    sender.onRead = (offset) => {
      if (offset !== registers.COMMAND || ++looks < 3) return
      receiver.write(endpointRegister(20, 2), 1n)
      receiver.write(endpointRegister(21, 0), encode(sendWord0, { ...word0, act: noActivity, type: 1 }))
      const target = { reserved: 0n, chip: 0, tile: client.tile.tile.id, ep: 12 }
      receiver.write(endpointRegister(21, 1), encode(sendWord1, target))
      sender.write(registers.COMMAND, 0n)
    }
    sender.write(registers.COMMAND, encode(command, { reserved: 0, arg0: 0, error: 0, ep: 25, op: opcodes.send }))

    await revoke(server, 31)

    expect([looks, typeOf(client, 25), typeOf(server, 21)]).toEqual([3, 0, 0])
  })

  test('the owner of an endpoint is told when somebody else revokes its send gate', async () => {
    await activate(server, 40, 30, buffer)
    await activate(client, 41, 31)
    const told: number[] = []
    system.muxAnswers = ({ tile }) => (told.push(tile), sideCallReply(0))

    await revoke(server, 31)

    expect(told).toContain(client.tile.tile.id)
  })

  test('an endpoint that several activities know is given back once', async () => {
    give(client, 40n)
    await revoke(server, 40)

    expect(server.tile.quota.left).toBe(128 - 7)
    expectInvariants(system)
  })

  test('releasing an endpoint capability ends what is active there', async () => {
    await activate(server, 40, 30, buffer)
    await revoke(server, 40)

    expect(typeOf(server, 20)).toBe(0)
    expect(server.tile.quota.left).toBe(128 - 7)
    expectInvariants(system)
  })
})

describe('act_wait', () => {
  const wait = (caller: Activity) =>
    system.call(caller, encodeRequest(systemCalls.actWait, { event: 0, count: 1, acts: [60] }))

  beforeEach(() => {
    server.table.insertAgain(60n, client)
  })

  test('waits for the exit and gives its code', async () => {
    const early = await wait(server)
    await call(client, systemCalls.actCtrl, { act: 2, op: 2, arg: 5 })

    expect(early).toBeUndefined()
    expect([...new BigUint64Array(system.machine.replies[0]!.buffer)].slice(0, 3)).toEqual([0n, 60n, 5n])
  })

  test('a self-exit is never answered', async () => {
    expect(await call(client, systemCalls.actCtrl, { act: 2, op: 2, arg: 0 })).toBeUndefined()
    expect(client.state).toBe('dead')
  })

  test('an exit code can be had once', async () => {
    await exitActivity(system.kernel, client, 9, false)
    const first = await wait(server)
    const second = await wait(server)

    expect(first).toEqual([0n, 60n, 9n])
    expect(second).toBeUndefined()
  })
})

describe('semaphores', () => {
  test('down waits for up, and ends with RecvGone when the semaphore is revoked', async () => {
    await call(server, systemCalls.createSem, { dst: 70, value: 0 })
    give(client, 70n)
    give(other, 70n)
    const down = encodeRequest(systemCalls.semCtrl, { sem: 70, op: 1 })
    await system.call(client, down)
    await system.call(other, down)

    await call(server, systemCalls.semCtrl, { sem: 70, op: 0 })
    const afterUp = system.machine.replies.map(([code]) => code)
    await revoke(server, 70)
    const afterRevoke = system.machine.replies.map(([code]) => code)

    expect(afterUp).toEqual([0, 0])
    expect(afterRevoke.sort()).toEqual([0, 6])
  })
})
