import { beforeEach, describe, expect, test } from 'vitest'
import type { Activity } from '../../src/kernel/activity.ts'
import { exitActivity } from '../../src/kernel/exit.ts'
import { encodeRequest, systemCalls } from '../../src/kernel/system-calls.ts'
import type { FieldCodecs, Sent, SystemCall } from '../../src/kernel/system-calls.ts'
import { WordWriter } from '../../src/kernel/words.ts'
import type { SentMessage } from './fake-machine.ts'
import { expectInvariants, fakeSystem } from './fake-system.ts'
import type { FakeSystem } from './fake-system.ts'

const none = 0xffff

let system: FakeSystem
let server: Activity
let client: Activity
let manager: Activity
/** Requests that the service got, as words. */
let requests: (readonly bigint[])[]
/** What the service answers to each opcode. */
let answers: Map<number, readonly (number | bigint)[]>

const message = (words: readonly (number | bigint)[]): Uint8Array =>
  words.reduce((writer: WordWriter, each) => writer.word(each), new WordWriter()).finish()

const wordsOf = ({ payload, label }: SentMessage): readonly bigint[] => [
  label,
  ...new BigUint64Array(payload.slice().buffer),
]

const call = async <R extends FieldCodecs, A extends FieldCodecs>(
  caller: Activity,
  what: SystemCall<R, A>,
  request: Sent<R>,
): Promise<number | undefined> => {
  const answer = await system.call(caller, encodeRequest(what, request))
  return answer && Number(answer[0])
}

const exchange = (caller: Activity, obtain: boolean, start: number, count = 1, sess = 51, bytes = 0) =>
  call(caller, systemCalls.exchangeSess, { act: 2, sess, range: { start, count }, bytes, args: [1, 2], obtain })

/** The service's answer to an exchange: these capabilities of its own. */
const offer = (start: number, count: number, ...args: number[]): readonly number[] => {
  const range = [start, count << 1]
  return [0, ...range, 8 * args.length, ...Array.from({ length: 8 }, (_, index) => args[index] ?? 0)]
}

const opcodes = { derive: 1, obtain: 2, delegate: 3, close: 4 }

/**
 * Server: service 60 (creator 0) at receive gate 30 on EP 20, session 61 (ident 5) that closes by itself, send gates 70 and
 * 71 to give away. The manager has the service at 60; the client has the session at 51.
 */
beforeEach(async () => {
  system = fakeSystem()
  ;[server, client, manager] = system.activities as [Activity, Activity, Activity]
  await call(server, systemCalls.createRgate, { dst: 30, order: 8, messageOrder: 6 })
  await call(server, systemCalls.allocEp, { dst: 40, act: 2, ep: 20, replies: 4 })
  await call(server, systemCalls.activate, { ep: 40, gate: 30, bufferMemory: none, bufferOffset: 0x1003_2000 })
  await call(server, systemCalls.createSrv, { dst: 60, rgate: 30, creator: 0, name: 'files' })
  await call(server, systemCalls.createSess, { dst: 61, srv: 60, creator: 0, ident: 5, autoClose: true })
  for (const dst of [70, 71]) await call(server, systemCalls.createSgate, { dst, rgate: 30, label: dst, credits: 1 })
  client.table.clone(51n, server.table.get(61n)!)
  manager.table.clone(60n, server.table.get(60n)!)
  requests = []
  answers = new Map()
  const seen = new Set<bigint>()
  system.answers = (sent) => {
    if (!seen.has(sent.replyLabel)) requests.push(wordsOf(sent))
    seen.add(sent.replyLabel)
    const answer = answers.get(Number(new DataView(sent.payload.buffer, sent.payload.byteOffset).getBigUint64(0, true)))
    return answer && message(answer)
  }
})

describe('exchange_sess', () => {
  test('obtains what the service names, with its arguments, in the name of the creator', async () => {
    answers.set(opcodes.obtain, offer(70, 2, 0xabc))

    const answer = await system.call(
      client,
      encodeRequest(systemCalls.exchangeSess, {
        act: 2,
        sess: 51,
        range: { start: 80, count: 2 },
        bytes: 16,
        args: [3, 4],
        obtain: true,
      }),
    )

    expect(requests).toEqual([[0n, 2n, 5n, 80n, 4n, 16n, 3n, 4n, 0n, 0n, 0n, 0n, 0n, 0n]])
    expect(answer?.slice(0, 3)).toEqual([0n, 8n, 0xabcn])
    expect(client.table.get(80n)?.parent).toBe(server.table.get(70n))
    expect(client.table.get(81n)?.parent).toBe(server.table.get(71n))
    expectInvariants(system)
  })

  test('delegates to where the service wants it', async () => {
    await call(client, systemCalls.createRgate, { dst: 90, order: 6, messageOrder: 6 })
    answers.set(opcodes.delegate, offer(75, 1))

    expect(await exchange(client, false, 90)).toBe(0)
    expect(server.table.get(75n)?.parent).toBe(client.table.get(90n))
  })

  test.each([
    ['an error of the service', [31], 31],
    ['an error that does not exist', [99], 28],
    ['an answer without words', [], 28],
    ['an answer that ends early', [0, 70], 28],
    ['more capabilities than there is room for', offer(70, 3), 28],
    ['capabilities of mappings for objects', [0, 70, (1 << 1) | 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 28],
    ['capabilities that the service does not have', offer(300, 1), 0],
    ['a range that leaves all selectors', [0, (1n << 64n) - 1n, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0], 28],
  ])('%s moves nothing', async (_name, answer, error) => {
    answers.set(opcodes.obtain, answer)
    const before = client.table.size

    expect(await exchange(client, true, 80, 2)).toBe(error)
    expect(client.table.size).toBe(before)
    expectInvariants(system)
  })

  test('delegates only as many as the service takes', async () => {
    await call(client, systemCalls.createRgate, { dst: 90, order: 6, messageOrder: 6 })
    answers.set(opcodes.delegate, offer(75, 2))

    expect(await exchange(client, false, 90)).toBe(28)
    expect(server.table.get(75n)).toBeUndefined()
  })

  test('a destination in use is refused after the service answered', async () => {
    answers.set(opcodes.obtain, offer(70, 1))

    expect(await exchange(client, true, 51)).toBe(28)
    expect(requests).toHaveLength(1)
  })

  test.each([
    ['no activity', { act: 1 }],
    ['no session', { sess: 2 }],
    ['more argument bytes than there are', { bytes: 72 }],
    ['argument bytes that are no words', { bytes: 4 }],
  ])('with %s it does not reach the service', async (_name, wrong) => {
    const request = { act: 2, sess: 51, range: { start: 80, count: 1 }, bytes: 0, args: [], obtain: true, ...wrong }

    expect(await call(client, systemCalls.exchangeSess, request)).toBe(28)
    expect(requests).toEqual([])
  })

  test('a service cannot exchange with itself', async () => {
    answers.set(opcodes.obtain, offer(70, 1))
    server.table.clone(62n, server.table.get(61n)!)

    expect(await exchange(server, true, 80, 1, 62)).toBe(28)
  })

  test('a service that takes long lets others go on, and its answer arrives in the end', async () => {
    expect(await exchange(client, true, 80)).toBeUndefined()
    expect(await call(manager, systemCalls.noop, {})).toBe(0)

    answers.set(opcodes.obtain, offer(70, 1))
    await system.settle()

    expect(system.answered.at(-1)).toMatchObject({ caller: client, words: { 0: 0n } })
    expect(client.table.get(80n)).toBeDefined()
  })

  test('a service that never answers costs its client a Timeout, and nobody else anything', async () => {
    await exchange(client, true, 80)
    await system.pass(9_000_000n)
    const early = system.answered.filter(({ caller }) => caller === client).length
    await system.pass(1_100_000n)

    expect(early).toBe(0)
    expect(system.answered.at(-1)).toEqual({ caller: client, words: [49n] })
    expectInvariants(system)
  })

  test.each([
    ['its service ends', () => exitActivity(system.kernel, server, 0, true), 6n],
    ['its service is revoked', () => revoke(server, 60), 6n],
    ["its service's gate is taken off its endpoint", () => deactivate(server, 40), 6n],
    ["its service's endpoint is revoked", () => revoke(server, 40), 6n],
  ])('ends with RecvGone when %s meanwhile', async (_name, act, error) => {
    await exchange(client, true, 80)

    await act()
    await system.settle()

    const mine = system.answered.filter(({ caller }) => caller === client).map(({ words }) => words[0])
    expect(mine).toEqual([error])
    expectInvariants(system)
  })

  test('ends with RecvGone when the session is revoked before the answer is there', async () => {
    await exchange(client, true, 80)
    await revoke(server, 61)

    answers.set(opcodes.obtain, offer(70, 1))
    await system.settle()

    expect(system.answered.at(-1)).toEqual({ caller: client, words: [6n] })
    expect(client.table.get(80n)).toBeUndefined()
  })

  test('ends without an answer and without capabilities when the client ends', async () => {
    await exchange(client, true, 80)
    await exitActivity(system.kernel, client, 0, true)

    answers.set(opcodes.obtain, offer(70, 1))
    await system.settle()

    expect(system.answered.filter(({ caller }) => caller === client)).toEqual([])
    expect(client.table.size).toBe(0)
    expectInvariants(system)
  })

  test('an answer to a request that was given up is dropped', async () => {
    await exchange(client, true, 80)
    const [late] = system.machine.sent
    await system.pass(11_000_000n)
    answers.set(opcodes.obtain, offer(70, 1))
    const first = system.answered.length

    await system.kernel.queues.answer({ offset: 0, label: late!.replyLabel, sender: 0, payload: message(offer(70, 1)) })
    await system.settle()

    expect(system.answered).toHaveLength(first)
    expect(client.table.get(80n)).toBeUndefined()
  })
})

describe('sessions', () => {
  test('a session that closes by itself is closed at the service when its client revokes it', async () => {
    answers.set(opcodes.close, [0])

    expect(await revoke(client, 51)).toBe(0)
    expect(requests).toEqual([[0n, 4n, 5n]])
  })

  test('the revoker waits until the service knows', async () => {
    expect(await revoke(client, 51)).toBeUndefined()
    answers.set(opcodes.close, [28])
    await system.settle()

    expect(system.answered.at(-1)).toEqual({ caller: client, words: [0n] })
  })

  test('a session of a client that ends is closed', async () => {
    answers.set(opcodes.close, [0])
    await exitActivity(system.kernel, client, 0, true)
    await system.settle()

    expect(requests).toEqual([[0n, 4n, 5n]])
  })

  test('a share in a session can go without closing it', async () => {
    answers.set(opcodes.close, [0])
    manager.table.clone(52n, client.table.get(51n)!)

    expect(await revoke(manager, 52)).toBe(0)
    expect(requests).toEqual([])
  })

  test('the service is not told about sessions that it ends itself', async () => {
    expect(await revoke(server, 61)).toBe(0)
    expect(requests).toEqual([])
    expect(client.table.get(51n)).toBeUndefined()
  })

  test('other sessions are closed by their resource manager', async () => {
    await call(server, systemCalls.createSess, { dst: 63, srv: 60, creator: 0, ident: 6, autoClose: false })
    client.table.clone(53n, server.table.get(63n)!)

    expect(await revoke(client, 53)).toBe(0)
    expect(requests).toEqual([])
  })

  test('only the service can make sessions', async () => {
    manager.table.clone(64n, server.table.get(60n)!)
    const request = { dst: 65, srv: 64, creator: 0, ident: 1, autoClose: false }

    expect(await call(manager, systemCalls.createSess, request)).toBe(28)
  })
})

describe('get_sess', () => {
  const acquaint = (): void => {
    manager.table.clone(13n, client.table.get(2n)!)
  }
  const get = (wrong: Partial<{ srv: number; act: number; dst: number; sid: number }> = {}) =>
    call(manager, systemCalls.getSess, { srv: 60, act: 13, dst: 54, sid: 5, ...wrong })

  test('gives a session to its client', async () => {
    acquaint()

    expect(await get()).toBe(0)
    expect(client.table.get(54n)?.parent).toBe(server.table.get(61n))
  })

  test.each([
    ['of no service', { srv: 2 }, 28],
    ['for nobody', { act: 1 }, 28],
    ['for oneself', { act: 2 }, 28],
    ['to a selector in use', { dst: 51 }, 28],
    ['that does not exist', { sid: 6 }, 28],
  ])('refuses a session %s', async (_name, wrong, error) => {
    acquaint()

    expect(await get(wrong)).toBe(error)
  })

  test('a creator gets no session of another one', async () => {
    acquaint()
    await call(server, systemCalls.createSess, { dst: 63, srv: 60, creator: 1, ident: 6, autoClose: false })

    expect(await get({ sid: 6 })).toBe(11)
  })
})

describe('derive_srv', () => {
  const derive = (wrong: Partial<{ srv: number; sessions: number; start: number; count: number }> = {}) =>
    call(manager, systemCalls.deriveSrv, {
      srv: wrong.srv ?? 60,
      dst: { start: wrong.start ?? 80, count: wrong.count ?? 2 },
      sessions: wrong.sessions ?? 3,
      event: 99,
    })
  /** Upcalls that the manager got. */
  const upcalls = () => requests.filter((words) => words[1] === 0n && words.length === 4)

  test('is answered at once, and the service and its send gate come with an upcall', async () => {
    answers.set(opcodes.derive, [0, 1, 70])
    answers.set(0, [0])

    expect(await derive()).toBe(0)
    expect(requests).toEqual([
      [0n, 1n, 3n],
      [0n, 0n, 99n, 0n],
    ])
    expect(manager.table.find(80n, 'serv').object).toMatchObject({ creator: 1n, owner: false })
    expect(manager.table.find(81n, 'sgate').parent).toBe(server.table.get(70n))
    expectInvariants(system)
  })

  test('sessions of the derived creator carry its number', async () => {
    answers.set(opcodes.derive, [0, 1, 70])
    await derive()
    await call(server, systemCalls.createSess, { dst: 63, srv: 60, creator: 1, ident: 6, autoClose: false })
    manager.table.clone(13n, client.table.get(2n)!)

    const own = await call(manager, systemCalls.getSess, { srv: 80, act: 13, dst: 54, sid: 6 })
    const other = await call(manager, systemCalls.getSess, { srv: 80, act: 13, dst: 55, sid: 5 })

    expect([own, other]).toEqual([0, 11])
  })

  test.each([
    ['no service', { srv: 1 }],
    ['a range that is in use', { start: 59 }],
    ['a range of one', { count: 1 }],
    ['no sessions', { sessions: 0 }],
  ])('refuses %s', async (_name, wrong) => {
    expect(await derive(wrong)).toBe(28)
    expect(requests).toEqual([])
  })

  test.each([
    ['the service refuses', [35], 35n],
    ['the service names no send gate', [0, 1, 2], 28n],
    ['the answer is too short', [0], 28n],
  ])('reports by upcall that %s', async (_name, answer, error) => {
    answers.set(opcodes.derive, answer)
    answers.set(0, [0])

    await derive()

    expect(upcalls()).toEqual([[0n, 0n, 99n, error]])
    expect([manager.table.get(80n), manager.table.get(81n)]).toEqual([undefined, undefined])
  })

  test('goes on to nowhere when the caller ends', async () => {
    await derive()
    await exitActivity(system.kernel, manager, 0, true)
    answers.set(opcodes.derive, [0, 1, 70])
    await system.settle()

    expect(upcalls()).toEqual([])
    expect(manager.table.size).toBe(0)
    expectInvariants(system)
  })
})

const revoke = (caller: Activity, start: number) =>
  call(caller, systemCalls.revoke, { act: 2, range: { start, count: 1 }, own: true })

const deactivate = (caller: Activity, ep: number) =>
  call(caller, systemCalls.activate, { ep, gate: none, bufferMemory: none, bufferOffset: 0 })
