import { beforeEach, expect, test } from 'vitest'
import type { Activity } from '../../src/kernel/activity.ts'
import { exitActivity } from '../../src/kernel/exit.ts'
import { encodeRequest, systemCalls } from '../../src/kernel/system-calls.ts'
import type { FieldCodecs, Sent, SystemCall } from '../../src/kernel/system-calls.ts'
import { WordWriter } from '../../src/kernel/words.ts'
import { expectInvariants, fakeSystem } from './fake-system.ts'
import type { FakeSystem } from './fake-system.ts'

/** The session that the client has, and one that the service makes for it. */
const meta = { ident: 5, selector: 61 }
const made = { ident: 9, selector: 70 }
const close = 4

let system: FakeSystem
let server: Activity
let client: Activity
/** Numbers of the sessions that the service was told to close. */
let closed: Set<number>
/** Whether the service answers exchanges. */
let quick: boolean

const call = async <R extends FieldCodecs, A extends FieldCodecs>(
  caller: Activity,
  what: SystemCall<R, A>,
  request: Sent<R>,
): Promise<number | undefined> => {
  const answer = await system.call(caller, encodeRequest(what, request))
  return answer && Number(answer[0])
}

const answerOf = (words: readonly number[]): Uint8Array =>
  words.reduce((writer: WordWriter, each) => writer.word(each), new WordWriter()).finish()

const obtain = (start: number) =>
  call(client, systemCalls.exchangeSess, {
    ...{ act: 2, sess: 51, range: { start, count: 1 }, bytes: 0, args: [], obtain: true },
  })

beforeEach(async () => {
  system = fakeSystem()
  ;[server, client] = system.activities as [Activity, Activity]
  closed = new Set()
  quick = true
  await call(server, systemCalls.createRgate, { dst: 30, order: 8, messageOrder: 6 })
  await call(server, systemCalls.allocEp, { dst: 40, act: 2, ep: 20, replies: 4 })
  await call(server, systemCalls.activate, { ep: 40, gate: 30, bufferMemory: 0xffff, bufferOffset: 0x1003_2000 })
  await call(server, systemCalls.createSrv, { dst: 60, rgate: 30, creator: 0, name: 'files' })
  for (const { ident, selector: dst } of [meta, made])
    await call(server, systemCalls.createSess, { dst, srv: 60, creator: 0, ident, autoClose: true })
  client.table.clone(51n, server.table.get(BigInt(meta.selector))!)
  system.answers = ({ payload }) => {
    const [code, ident] = new BigUint64Array(payload.slice().buffer)
    if (code === BigInt(close)) {
      closed.add(Number(ident))
      return answerOf([0])
    }
    return quick ? answerOf([0, made.selector, 1 << 1, ...Array.from({ length: 9 }, () => 0)]) : undefined
  }
})

test('a session that reached its client stays open', async () => {
  expect(await obtain(80)).toBe(0)
  expect([...closed]).toEqual([])
})

test('a session for a client that died before the answer of its service is closed', async () => {
  quick = false
  expect(await obtain(80)).toBeUndefined()
  await exitActivity(system.kernel, client, 0, true)
  quick = true
  await system.settle()

  expect([...closed]).toEqual([meta.ident, made.ident])
  expect(system.answered.filter(({ caller, words }) => caller === client && words[0] === 0n)).toEqual([])
  expectInvariants(system)
})

test('a session that does not go where its client wants it is closed', async () => {
  expect(await obtain(51)).toBe(28)
  await system.settle()

  expect([...closed]).toEqual([made.ident])
})

test('a session that another client has already stays open when it cannot be given once more', async () => {
  expect(await obtain(80)).toBe(0)
  expect(await obtain(51)).toBe(28)
  await system.settle()

  expect([...closed]).toEqual([])
})
