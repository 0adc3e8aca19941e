import { expect, test } from 'vitest'
import { endpointRegister, opcodes, registers } from '../../src/layout/index.ts'
import { CallError, codes, encodeRequest, exitCall, muxEps, systemCalls } from '../../src/kernel/index.ts'
import type { Context } from '../../src/services/index.ts'
import { imageOf } from '../../src/services/index.ts'
import { createChild, startChild, waitForChild } from '../../src/services/library/child.ts'
import type { Child } from '../../src/services/library/child.ts'
import { MemoryGate } from '../../src/services/library/memory-gate.ts'
import { rootSelectors, runAsRoot } from './run-programs.ts'

const { tile } = rootSelectors(4)
/** Milliseconds for two whole systems on a busy machine. */
const timeout = 300_000

const launch = async (context: Context, index: number, name: string): Promise<Child> => {
  const memory = new MemoryGate(context, context.selector())
  await context.calls.call(systemCalls.tileMem, { tile: tile(index), dst: memory.selector })
  await memory.write(0, imageOf('tilemux'))
  await context.calls.call(systemCalls.tileReset, {
    ...{ tile: tile(index), muxMemory: memory.selector, eps: undefined },
  })
  const child = await createChild(context, name, { selector: tile(index), id: 0, descriptor: 0n }, memory)
  const start = { image: imageOf(name), args: [name], firstSelector: 100, data: new Uint8Array() }
  await startChild(context, child, start)
  return child
}

/** A register that software may try to write, those that would stop the own core left out. */
const anyRegister = ({ tile: own }: Context): number => {
  const fixed = [registers.FEATURES, registers.EXT_CMD, registers.DATA_ADDR, registers.DATA_SIZE, registers.ARG1]
  const choice = own.random(fixed.length + 4)
  return fixed[choice] ?? endpointRegister(own.random(128), own.random(3))
}

const anyWord = ({ tile: own }: Context): bigint => {
  const small = BigInt(own.random(256))
  return [small, BigInt(own.random(2 ** 31)) << BigInt(own.random(33)), 0x1000_0000n + small * 64n][own.random(3)] ?? 0n
}

/** Does anything that software of a tile can do, and answers nobody. */
const rogue = async (context: Context): Promise<number> => {
  const { tile: own, tcu } = context
  for (let round = 0; round < 400; round++) {
    if (own.random(3) === 0) await own.writeRegister(anyRegister(context), anyWord(context))
    await own.writeRegister(registers.DATA_ADDR, 0x1000_4000n + BigInt(own.random(64) * 16))
    await own.writeRegister(registers.DATA_SIZE, BigInt(own.random(300)))
    if (own.random(4) === 0) {
      const exit = exitCall.encode({ activity: own.random(8), status: 0 })
      const message = own.random(2) === 0 ? exit : encodeRequest(systemCalls.revoke, anyRevocation(context))
      own.writeMemory(0x1000_4000, message)
    }
    const ops = [opcodes.send, opcodes.send, opcodes.reply, opcodes.read, opcodes.write, opcodes.fetch, 9]
    const ep = own.random(3) === 0 ? own.random(140) : [muxEps.toKernel, muxEps.sideCalls, 8, 9][own.random(4)]
    const args = [0xffff, own.random(140), own.random(512)]
    await tcu.command(ops[own.random(ops.length)] ?? 0, ep ?? 0, args[own.random(3)])
  }
  for (;;) await own.wait(1000)
}

const anyRevocation = ({ tile: own }: Context) => ({
  act: own.random(4),
  range: { start: own.random(100), count: own.random(100) },
  own: true,
})

/** Makes system calls of all kinds; what it gets back is its result. */
const worker =
  (results: (number | bigint)[]) =>
  async (context: Context): Promise<number> => {
    const { calls } = context
    const note = async (request: Uint8Array): Promise<void> => {
      results.push(...new BigUint64Array((await calls.raw(request)).slice().buffer))
    }
    for (let round = 0; round < 40; round++) {
      await note(encodeRequest(systemCalls.createRgate, { dst: 50, order: 8, messageOrder: 6 }))
      await note(encodeRequest(systemCalls.createSgate, { dst: 51, rgate: 50, label: round, credits: 1 }))
      await note(encodeRequest(systemCalls.allocEp, { dst: 52, act: 2, ep: 0xffff, replies: 4 }))
      const buffers = { bufferMemory: 0xffff, bufferOffset: 0x1003_2000 }
      await note(encodeRequest(systemCalls.activate, { ep: 52, gate: 50, ...buffers }))
      await note(encodeRequest(systemCalls.revoke, { act: 2, range: { start: 50, count: 3 }, own: true }))
    }
    return 0
  }

const run = async (first: (context: Context) => Promise<number>) => {
  const results: (number | bigint)[] = []
  let quota: number | undefined
  const { exits, looks } = await runAsRoot(
    async (context) => {
      const stranger = await launch(context, 1, 'rogue')
      const busy = await launch(context, 2, 'worker')
      await waitForChild(context, [busy])
      quota = await codeOf(() => context.calls.call(systemCalls.tileQuota, { tile: tile(1) }))
      await context.calls.revoke(stranger.selector)
    },
    { rogue: first, worker: worker(results) },
    { distrusted: ['rogue'] },
  )
  return { results, exit: exits.get('worker'), quota, looks }
}

const codeOf = async (call: () => Promise<unknown>): Promise<number> => {
  try {
    await call()
    return codes.Success
  } catch (reason) {
    if (reason instanceof CallError) return reason.code
    throw reason
  }
}

test(
  'a tile that does anything and answers nobody changes no result of others',
  async () => {
    const alone = await run(() => Promise.resolve(0))
    const together = await run(rogue)

    expect(together.exit).toBe(0)
    expect(together.results).toEqual(alone.results)
    expect(together.looks).toBeGreaterThan(200)
    expect([alone.quota, together.quota]).toEqual([codes.Success, codes.Timeout])
  },
  timeout,
)
