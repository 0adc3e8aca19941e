import { beforeEach, describe, expect, test } from 'vitest'
import type { Activity } from '../../src/kernel/activity.ts'
import { exitActivity } from '../../src/kernel/exit.ts'
import { maxWaitingHints, maxWaitingRequests } from '../../src/kernel/numbers.ts'
import type { SendQueue } from '../../src/kernel/send-queue.ts'
import { notifyInvalid } from '../../src/kernel/side-call-requests.ts'
import { encodeRequest, systemCalls } from '../../src/kernel/system-calls.ts'
import type { FieldCodecs, Sent, SystemCall } from '../../src/kernel/system-calls.ts'
import { expectInvariants, fakeSystem } from './fake-system.ts'
import type { FakeSystem } from './fake-system.ts'

let system: FakeSystem
let parent: Activity
let child: Activity
let other: Activity

const call = async <R extends FieldCodecs, A extends FieldCodecs>(
  caller: Activity,
  what: SystemCall<R, A>,
  request: Sent<R>,
): Promise<readonly bigint[] | undefined> => system.call(caller, encodeRequest(what, request))

const post = (queue: SendQueue, options: { label?: bigint; persistent?: boolean } = {}) =>
  system.kernel.queues.post(queue, new Uint8Array(8), options)

beforeEach(() => {
  system = fakeSystem()
  ;[parent, child, other] = system.activities as [Activity, Activity, Activity]
})

describe('requests of the kernel', () => {
  const queueTo = (ep: number) => system.kernel.queues.create(() => ({ tile: 0x25, ep }))

  test('a queue has one request out at a time, and hands out the others in order', async () => {
    const queue = queueTo(30)
    const requests = [await post(queue, { label: 1n }), await post(queue, { label: 2n })]
    const before = system.machine.sent.map(({ label }) => label)

    system.answers = () => new Uint8Array(8)
    await system.settle()

    expect(before).toEqual([1n])
    expect(requests.map(({ reply }) => reply?.length)).toEqual([8, 8])
  })

  test('four are out at a time; a fifth queue waits its turn', async () => {
    for (let ep = 30; ep < 35; ep++) await post(queueTo(ep))
    const out = system.machine.sent.map(({ ep }) => ep)

    system.answers = ({ ep }) => (ep === 31 ? new Uint8Array(8) : undefined)
    await system.settle()

    expect(out).toEqual([30, 31, 32, 33])
    expect(system.machine.sent.map(({ ep }) => ep)).toEqual([30, 32, 33, 34])
  })

  test('four receivers that never answer hold up a fifth for one time-out', async () => {
    const silent = [30, 31, 32, 33].map(queueTo)
    for (const queue of silent) await post(queue)
    const fifth = await post(queueTo(34))
    system.answers = ({ ep }) => (ep === 34 ? new Uint8Array(8) : undefined)

    await system.pass(1_000_000n)
    await system.pass(20_000n)

    expect(fifth.reply).toBeDefined()
    expect(system.kernel.queues.pending).toBe(0)
  })

  test('a receiver without room is tried again, and given up when that takes too long', async () => {
    const queue = queueTo(30)
    system.machine.full.add(`${0x25}:30`)
    const [patient, hopeless] = [await post(queue, { persistent: true }), await post(queueTo(31))]
    system.machine.full.add(`${0x25}:31`)
    const late = await post(queueTo(31))

    await system.pass(500_000n)
    const early = late.error
    await system.pass(600_000n)
    system.machine.full.clear()
    await system.pass(20_000n)

    expect([early, late.error, hopeless.error]).toEqual([undefined, 7, 49])
    expect(patient.error).toBeUndefined()
    expect(system.machine.sent.some(({ ep }) => ep === 30)).toBe(true)
  })

  test('a receiver that is gone gets nothing', async () => {
    const queue = system.kernel.queues.create(() => undefined)

    expect((await post(queue)).error).toBe(6)
  })

  test('a queue that is closed ends what waits, and takes nothing more', async () => {
    const queue = queueTo(30)
    const requests = [await post(queue), await post(queue)]

    await system.kernel.queues.close(queue)

    expect([...requests, await post(queue)].map(({ error }) => error)).toEqual([6, 6, 6])
    expect(system.kernel.queues.pending).toBe(0)
  })

  test('a queue takes only so much', async () => {
    const queue = queueTo(30)
    for (let index = 0; index <= maxWaitingRequests; index++) await post(queue)

    expect((await post(queue)).error).toBe(35)
    expect(queue.waiting).toHaveLength(maxWaitingRequests)
  })

  test('the slot of an answer that was given up stays reserved for a while', async () => {
    const queue = queueTo(30)
    await post(queue)
    await system.kernel.queues.abort(queue)
    const reserved = system.kernel.queues.slots
    await system.pass(20_000n)

    expect([reserved, system.kernel.queues.slots]).toEqual([1, 0])
  })
})

describe('a multiplexer', () => {
  test('that never answers costs its caller a Timeout, and the activity is gone again', async () => {
    const [, , third] = system.tiles
    await exitActivity(system.kernel, other, 0, false)
    parent.table.insertAgain(60n, other)
    await call(parent, systemCalls.revoke, { act: 2, range: { start: 60, count: 1 }, own: true })
    parent.table.insertAgain(20n, third!)
    system.silent.add(third!.tile.id)

    const early = await call(parent, systemCalls.createActivity, { dst: 30, tile: 20, kmem: 1, name: 'x' })
    const meanwhile = await call(child, systemCalls.noop, {})
    await system.pass(1_000_000n)

    expect([early, meanwhile]).toEqual([undefined, [0n]])
    expect(system.answered.at(-1)).toEqual({ caller: parent, words: [49n] })
    expect([parent.table.get(30n), third!.tile.activities]).toEqual([undefined, 0])
    expectInvariants(system)
  })

  test('that is silent when its creator dies leaves nothing of the activity', async () => {
    const [, , third] = system.tiles
    await exitActivity(system.kernel, other, 0, false)
    child.table.insertAgain(60n, other)
    await call(child, systemCalls.revoke, { act: 2, range: { start: 60, count: 1 }, own: true })
    parent.table.insertAgain(20n, third!)
    system.silent.add(third!.tile.id)
    await call(parent, systemCalls.createActivity, { dst: 30, tile: 20, kmem: 1, name: 'x' })

    await exitActivity(system.kernel, parent, 0, false)
    system.silent.clear()
    await system.settle()

    expect(third!.tile.activities).toBe(0)
    expect(system.kernel.activities.size).toBe(2)
    expect(system.answered.filter(({ caller }) => caller === parent)).toHaveLength(0)
    expectInvariants(system)
  })

  test('that does not start an activity can be asked again', async () => {
    parent.table.insertAgain(60n, child)
    child.state = 'init'
    const start = { act: 60, op: 1, arg: 0 }
    system.muxAnswers = () => new Uint8Array(BigUint64Array.of(35n, 0n, 0n).buffer)
    const first = await call(parent, systemCalls.actCtrl, start)
    system.muxAnswers = () => new Uint8Array(BigUint64Array.of(0n, 0n, 0n).buffer)

    expect([first, await call(parent, systemCalls.actCtrl, start)]).toEqual([[35n], [0n]])
    expect(child.state).toBe('running')
  })

  test('that answers with an error makes the call fail, and nothing stays', async () => {
    const [, , third] = system.tiles
    await exitActivity(system.kernel, other, 0, false)
    parent.table.insertAgain(60n, other)
    await call(parent, systemCalls.revoke, { act: 2, range: { start: 60, count: 1 }, own: true })
    parent.table.insertAgain(20n, third!)
    system.muxAnswers = () => new Uint8Array(BigUint64Array.of(35n, 0n, 0n).buffer)
    const left = system.memory.quota.left

    expect(await call(parent, systemCalls.createActivity, { dst: 30, tile: 20, kmem: 1, name: 'x' })).toEqual([35n])
    expect(system.memory.quota.left).toBe(left)
    expectInvariants(system)
  })

  test('that takes nothing misses hints, not what matters', async () => {
    system.silent.add(child.tile.tile.id)
    const { queue } = child.tile.tile
    for (let index = 0; index < 100; index++) await notifyInvalid(system.kernel, child, 30)
    const hints = queue.waiting.length

    await exitActivity(system.kernel, child, 0, true)

    expect(hints).toBe(maxWaitingHints)
    expect(queue.waiting.at(-1)?.persistent).toBe(true)
  })

  test('that never answers Shutdown is stopped all the same', async () => {
    const tile = system.tiles[2]!
    await exitActivity(system.kernel, other, 0, false)
    parent.table.insertAgain(60n, other)
    await call(parent, systemCalls.revoke, { act: 2, range: { start: 60, count: 1 }, own: true })
    parent.table.insertAgain(20n, tile)
    system.silent.add(tile.tile.id)

    await call(parent, systemCalls.tileReset, { tile: 20, muxMemory: 0xffff, eps: undefined })
    const meanwhile = tile.tile.mux
    await system.pass(1_000_000n)

    expect([meanwhile, tile.tile.mux]).toEqual(['stopping', 'off'])
    expect(system.answered.at(-1)).toEqual({ caller: parent, words: [0n] })
  })
})

describe('act_wait with an event', () => {
  const wait = (event: number, acts: readonly number[] = [60]) =>
    call(parent, systemCalls.actWait, { event, count: acts.length, acts })
  /** Upcalls of the parent, as words. */
  const upcalls = () =>
    system.machine.sent
      .filter(({ tile, ep }) => tile === parent.tile.tile.id && ep === parent.epsStart + 2)
      .map(({ payload }) => [...new BigUint64Array(payload.slice().buffer)])

  beforeEach(() => {
    parent.table.insertAgain(60n, child)
    parent.table.insertAgain(61n, other)
  })

  test('is answered at once, and an upcall comes with the exit', async () => {
    const answer = await wait(7)
    const before = upcalls()
    await exitActivity(system.kernel, child, 5, false)

    expect([answer, before]).toEqual([[0n, 0xffffn, 0n], []])
    expect(upcalls()).toEqual([[1n, 7n, 0n, 60n, 5n]])
  })

  test('gives an exit that came before', async () => {
    await exitActivity(system.kernel, child, 5, false)
    await wait(7)

    expect(upcalls()).toEqual([[1n, 7n, 0n, 60n, 5n]])
  })

  test('is replaced by a later one, and taken back by one without activities', async () => {
    await wait(7)
    await wait(8, [61])
    await exitActivity(system.kernel, child, 5, false)
    const replaced = upcalls()
    await wait(9, [])
    await exitActivity(system.kernel, other, 6, false)

    expect([replaced, upcalls()]).toEqual([[], []])
  })

  test('tells of one exit; the next one needs another wait', async () => {
    await wait(7, [60, 61])
    await exitActivity(system.kernel, child, 5, false)
    await exitActivity(system.kernel, other, 6, false)
    system.answers = () => new Uint8Array(8)
    await system.settle()
    system.answers = () => undefined
    await wait(8, [60, 61])

    expect(upcalls()).toEqual([[1n, 8n, 0n, 61n, 6n]])
  })

  test('ends with the activity that waits', async () => {
    await wait(7)
    await exitActivity(system.kernel, parent, 0, false)
    await exitActivity(system.kernel, child, 5, false)

    expect(upcalls()).toEqual([])
    expectInvariants(system)
  })

  test('an upcall arrives however long the activity has no room for it', async () => {
    system.machine.full.add(`${parent.tile.tile.id}:${parent.epsStart + 2}`)
    await wait(7)
    await exitActivity(system.kernel, child, 5, false)
    for (let round = 0; round < 100; round++) await system.pass(100_000n)
    system.machine.full.clear()
    await system.pass(20_000n)

    expect(upcalls()).toEqual([[1n, 7n, 0n, 60n, 5n]])
  })
})
