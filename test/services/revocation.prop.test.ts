import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CallError, encodeRequest, standardBuffers, standardBufferStart, systemCalls } from '../../src/kernel/index.ts'
import { imageOf } from '../../src/services/index.ts'
import type { Context } from '../../src/services/index.ts'
import { createChild, startChild } from '../../src/services/library/child.ts'
import { MemoryGate } from '../../src/services/library/memory-gate.ts'
import { openReceiveGate } from '../../src/services/library/message-gates.ts'
import { rootSelectors, runAsRoot } from './run-programs.ts'

const { tile } = rootSelectors(4)
/** Milliseconds for whole systems on a busy machine. */
const timeout = 300_000
const seed = Number(process.env.SEED ?? 1)
const numRuns = Number(process.env.RUNS ?? 2)

const given = { receive: 50, send: 51 }
const rounds = 12

const launch = async (context: Context, index: number, name: string) => {
  const { calls } = context
  const memory = new MemoryGate(context, context.selector())
  await calls.call(systemCalls.tileMem, { tile: tile(index), dst: memory.selector })
  await memory.write(0, imageOf('tilemux'))
  await calls.call(systemCalls.tileReset, { tile: tile(index), muxMemory: memory.selector, eps: undefined })
  const child = await createChild(context, name, { selector: tile(index), id: 0, descriptor: 0n }, memory)
  const start = () =>
    startChild(context, child, { image: imageOf(name), args: [name], firstSelector: 100, data: new Uint8Array() })
  return { ...child, start }
}

/** Answers some messages late, some at once, and frees others without an answer. */
const server = async (context: Context): Promise<number> => {
  const gate = await openReceiveGate(context, given.receive)
  for (;;) {
    const message = await gate.receive()
    await context.pause(context.tile.random(300))
    if (context.tile.random(8) === 0) await gate.acknowledge(message)
    else
      try {
        await gate.reply(message, new Uint8Array(8))
      } catch (reason) {
        if (!(reason instanceof CallError)) throw reason
        await gate.acknowledge(message)
      }
  }
}

/** Activates whatever gate it has on always the same endpoint, and sends without waiting for answers. */
const client =
  (sent: { count: number }) =>
  async (context: Context): Promise<number> => {
    const { calls, tcu, tile: own } = context
    const buffer = context.allocate(64)
    const reply = context.standardEp('defaultReply')
    const answers = standardBufferStart(own.memory.bytes) + standardBuffers.defaultReply
    await calls.call(systemCalls.allocEp, { dst: 60, act: 2, ep: 30, replies: 0 })
    for (;;) {
      await calls.raw(
        encodeRequest(systemCalls.activate, { ep: 60, gate: given.send, bufferMemory: 0xffff, bufferOffset: 0 }),
      )
      for (let burst = own.random(6); burst > 0; burst--)
        if ((await tcu.send(30, buffer, 16, reply, 5n)) === 0) sent.count++
      await context.pause(own.random(100))
      for (let answer = await tcu.fetch(reply, answers); answer !== undefined; answer = await tcu.fetch(reply, answers))
        await tcu.acknowledge(reply, answer.offset)
    }
  }

test(
  'credits and answers never get into a channel that they do not belong to, whenever a gate in use is revoked',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2500), { minLength: rounds, maxLength: rounds }), async (pauses) => {
        const sent = { count: 0 }
        const { looks } = await runAsRoot(
          async (context) => {
            const { calls } = context
            await calls.call(systemCalls.createRgate, { dst: 200, order: 8, messageOrder: 6 })
            const [receiver, sender] = [await launch(context, 1, 'server'), await launch(context, 2, 'client')]
            await calls.delegate(receiver.selector, 200, given.receive)
            await receiver.start()
            await sender.start()
            for (const [round, pause] of pauses.entries()) {
              await calls.call(systemCalls.createSgate, {
                dst: 201,
                rgate: 200,
                label: round,
                credits: 1 + (round % 3),
              })
              await calls.delegate(sender.selector, 201, given.send)
              await context.pause(pause)
              await calls.revoke(201)
            }
            for (const { selector } of [sender, receiver]) await calls.revoke(selector)
          },
          { server, client: client(sent) },
        )

        expect(sent.count).toBeGreaterThan(rounds / 2)
        expect(looks).toBeGreaterThan(5 * rounds)
      }),
      { seed, numRuns },
    )
  },
  timeout,
)
