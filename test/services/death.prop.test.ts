import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endpointCount, endpointRegister } from '../../src/layout/index.ts'
import {
  activityOperations,
  CallError,
  codes,
  serviceRequests,
  systemCalls,
  WordReader,
  WordWriter,
} from '../../src/kernel/index.ts'
import type { Context } from '../../src/services/index.ts'
import { imageOf } from '../../src/services/index.ts'
import { createChild, startChild, waitForChild } from '../../src/services/library/child.ts'
import { MemoryGate } from '../../src/services/library/memory-gate.ts'
import { openReceiveGate, openSendGate } from '../../src/services/library/message-gates.ts'
import type { ReceiveGate } from '../../src/services/library/message-gates.ts'
import { rootSelectors, runAsRoot } from './run-programs.ts'

const { tile } = rootSelectors(4)
/** Milliseconds for whole systems on a busy machine. */
const timeout = 300_000
const seed = Number(process.env.SEED ?? 1)
const numRuns = Number(process.env.RUNS ?? 5)

/** Selectors that a parent gives its child, and what it has itself: a tile with its memory. */
const given = { session: 50, gate: 51, tile: 60, memory: 61 }
const labels = { service: 99n, requests: 7n }
const rounds = 3

/** Answers the kernel's and the child's messages until the child has said that it is done. */
const serve = async (gate: ReceiveGate): Promise<void> => {
  for (let done = false; !done;) {
    const message = await gate.receive()
    const reader = new WordReader(message.payload)
    const opcode = Number(reader.word())
    const answer = new WordWriter().word(codes.Success)
    if (message.label === labels.service && opcode === serviceRequests.obtain.code)
      for (const word of [80n, 1n << 1n, ...Array.from({ length: 9 }, () => 0n)]) answer.word(word)
    done = message.label === labels.requests && opcode === rounds - 1
    await gate.reply(message, answer.finish())
  }
}

/** Starts children on its tile, one after the other, and is a service to them. */
const parent = async (context: Context): Promise<number> => {
  const { calls } = context
  const memory = new MemoryGate(context, given.memory)
  await calls.call(systemCalls.createRgate, { dst: 70, order: 10, messageOrder: 8 })
  await calls.call(systemCalls.createSgate, { dst: 71, rgate: 70, label: labels.requests, credits: 1 })
  await calls.call(systemCalls.createSem, { dst: 80, value: 1 })
  const gate = await openReceiveGate(context, 70)
  await calls.call(systemCalls.createSrv, { dst: 72, rgate: 70, creator: labels.service, name: 'parent' })
  await calls.call(systemCalls.createSess, { dst: 73, srv: 72, creator: labels.service, ident: 5, autoClose: true })
  for (;;) {
    const child = await createChild(context, 'child', { selector: given.tile, id: 0, descriptor: 0n }, memory)
    await calls.call(systemCalls.getSess, { srv: 72, act: child.selector, dst: given.session, sid: 5 })
    await calls.delegate(child.selector, 71, given.gate)
    const start = { image: imageOf('child'), args: ['child'], firstSelector: 100, data: new Uint8Array() }
    await startChild(context, child, start)
    await serve(gate)
    await waitForChild(context, [child])
    await calls.revoke(child.selector)
    await calls.revoke(71, 'children')
  }
}

/** Uses the channel and the session, and leaves them to the kernel. */
const child = async (context: Context): Promise<number> => {
  const requests = await openSendGate(context, given.gate)
  for (let round = 0; round < rounds; round++) {
    const range = { start: 90 + round, count: 1 }
    await context.calls.call(systemCalls.exchangeSess, {
      ...{ act: 2, sess: given.session, range, bytes: 0, args: [], obtain: true },
    })
    await requests.call(new WordWriter().word(round).finish())
  }
  return 0
}

/** Everything that can leak, as root sees it. */
const inventory = async ({ calls }: Context): Promise<readonly bigint[]> => {
  const quotas = []
  for (const index of [1, 2]) quotas.push(...(await calls.call(systemCalls.tileQuota, { tile: tile(index) })).quotas)
  return [(await calls.call(systemCalls.kmemQuota, { kmem: 1 })).left, ...quotas]
}

const startMux = async (context: Context, index: number, dst: number): Promise<MemoryGate> => {
  await context.calls.call(systemCalls.tileMem, { tile: tile(index), dst })
  const memory = new MemoryGate(context, dst)
  await memory.write(0, imageOf('tilemux'))
  await context.calls.call(systemCalls.tileReset, { tile: tile(index), muxMemory: dst, eps: undefined })
  return memory
}

/** How somebody's life ends. */
type End = 'stop' | 'revoke' | 'take the tile' | 'take the memory'

const end = async ({ calls }: Context, act: number, how: End): Promise<void> => {
  if (how === 'stop') await calls.call(systemCalls.actCtrl, { act, op: activityOperations.stop, arg: 0 })
  if (how === 'take the memory') await calls.revoke(502, 'children')
  if (how === 'take the tile')
    try {
      await calls.revoke(503, 'children')
    } catch (reason) {
      if (!(reason instanceof CallError && reason.code === codes.NotRevocable)) throw reason
    }
}

/** Starts a parent, lets it live for so many cycles, and ends it; says what was there before and after. */
const liveAndDie = async (cycles: number, how: End) => {
  const found: (readonly bigint[])[] = []
  const { platform, looks, endings } = await runAsRoot(
    async (context) => {
      const memory = await startMux(context, 1, 501)
      await (await startMux(context, 2, 502)).endpoint()
      await memory.endpoint()
      found.push(await inventory(context))
      const activity = await createChild(context, 'parent', { selector: tile(1), id: 0, descriptor: 0n }, memory)
      const part = { tile: tile(2), dst: 503, eps: 60, time: 1000, pts: undefined }
      await context.calls.call(systemCalls.deriveTile, part)
      await context.calls.delegate(activity.selector, 503, given.tile)
      const all = { offset: 0, size: context.tile.memory.bytes, permissions: 3 }
      const derived = { act: activity.selector, dst: given.memory, src: 502, ...all }
      await context.calls.call(systemCalls.deriveMem, derived)
      const start = { image: imageOf('parent'), args: ['parent'], firstSelector: 100, data: new Uint8Array() }
      await startChild(context, activity, start)
      await context.pause(cycles)
      await end(context, activity.selector, how)
      await context.pause(500)
      await context.calls.revoke(activity.selector)
      await context.calls.revoke(503)
      found.push(await inventory(context))
    },
    { parent, child },
  )
  const valid = ['user1', 'user2', 'user3'].flatMap((name) =>
    Array.from({ length: endpointCount }, (_, ep) => ep).filter(
      (ep) => (platform.peekRegister(name, endpointRegister(ep, 0)) & 7n) !== 0n,
    ),
  )
  return { found, valid, looks, endings }
}

test(
  'whoever ends at any moment leaves no kernel memory, no endpoint and no capability behind',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30_000 }),
        fc.constantFrom<End>('stop', 'revoke', 'take the tile', 'take the memory'),
        async (cycles, how) => {
          const { found, valid, looks } = await liveAndDie(cycles, how)

          expect(found[1]).toEqual(found[0])
          expect(valid).toEqual([])
          expect(looks).toBeGreaterThan(20)
        },
      ),
      { seed, numRuns },
    )
  },
  timeout,
)

test('children come and go before their parent ends', async () => {
  const { endings, found } = await liveAndDie(40_000, 'revoke')
  const children = endings.filter(({ program, exitCode }) => program === 'child' && exitCode === 0)

  expect(children.length).toBeGreaterThan(2)
  expect(found[1]).toEqual(found[0])
})
