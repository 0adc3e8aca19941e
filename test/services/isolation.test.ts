import { expect, test } from 'vitest'
import { errorCodes, memoryOffset, opcodes } from '../../src/layout/index.ts'
import { encodeRequest, selectors, systemCalls, WordReader, WordWriter } from '../../src/kernel/index.ts'
import type { Context } from '../../src/services/index.ts'
import { imageOf } from '../../src/services/index.ts'
import { createChild, startChild, waitForChild } from '../../src/services/library/child.ts'
import { MemoryGate } from '../../src/services/library/memory-gate.ts'
import { rootSelectors, runAsRoot } from './run-programs.ts'

const modules = 3
const { tile } = rootSelectors(modules)

/** Starts the module `child` on the second tile. */
const startOther = async (context: Context) => {
  const memory = new MemoryGate(context, context.selector())
  await context.calls.call(systemCalls.tileMem, { tile: tile(1), dst: memory.selector })
  await memory.write(0, imageOf('tilemux'))
  await context.calls.call(systemCalls.tileReset, { tile: tile(1), muxMemory: memory.selector, eps: undefined })
  const child = await createChild(context, 'child', { selector: tile(1), id: 0, descriptor: 0n }, memory)
  const start = { image: imageOf('child'), args: ['child'], firstSelector: 3, data: new Uint8Array() }
  await startChild(context, child, start)
  return child
}

const codeOf = async (context: Context, payload: Uint8Array): Promise<number> =>
  Number(new WordReader(await context.calls.raw(payload)).word())

test('the kernel survives random system calls of a program and refuses what is malformed', async () => {
  const codes = new Set<number>()
  let noop: number | undefined

  const { exits } = await runAsRoot(
    async (context) => {
      const child = await startOther(context)
      await waitForChild(context, [child])
      noop = await codeOf(context, encodeRequest(systemCalls.noop, {}))
    },
    {
      child: async (context) => {
        for (let round = 0; round < 150; round++) {
          const writer = new WordWriter()
          // Everything but act_ctrl, which could end the program, and act_wait, which could wait for ever.
          const opcode = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 20, 23, 25, 27, 28, 29, 31, 32, 99, 2 ** 31]
          writer.word(opcode[context.tile.random(opcode.length)] as number)
          for (let word = context.tile.random(12); word > 0; word--)
            writer.word(BigInt(context.tile.random(2 ** 31)) << BigInt(context.tile.random(33)))
          codes.add(await codeOf(context, writer.finish()))
        }
        return 0
      },
    },
  )

  expect(exits.get('child')).toBe(0)
  expect(noop).toBe(0)
  expect([...codes].sort((a, b) => a - b)).toEqual([0, 28])
})

test('the caller of a system call is who the kernel says, whatever the sender does', async () => {
  let others: readonly number[] = []

  const { exits } = await runAsRoot(
    async (context) => {
      await context.calls.call(systemCalls.createRgate, { dst: 500, order: 6, messageOrder: 6 })
      await waitForChild(context, [await startOther(context)])
    },
    {
      child: async (context) => {
        // The reply label is the sender's; the label is not. Selector 500 is root's.
        const ep = context.standardEp('systemCall')
        const buffer = context.allocate(64)
        const request = encodeRequest(systemCalls.rgateBuffer, { rgate: 500 })
        context.tile.writeMemory(buffer, request)
        await context.tcu.send(ep, buffer, request.length, context.standardEp('systemCallReply'), 0n)
        const { payload, offset } = await context.receiveStandard('systemCallReply')
        await context.tcu.acknowledge(context.standardEp('systemCallReply'), offset)
        const again = await context.tcu.command(opcodes.send, ep, 0xffff)
        others = [Number(new WordReader(payload).word()), again]
        return 0
      },
    },
  )

  expect(others).toEqual([28, errorCodes.NONE])
  // The last call used up the credit for ever; the multiplexer reports the exit all the same.
  expect(exits.get('child')).toBe(0)
})

test('a program that never looks at its side calls is stopped, and the others go on', async () => {
  let revoked = false

  const { exits } = await runAsRoot(
    async (context) => {
      const child = await startOther(context)
      await context.calls.revoke(child.selector)
      await context.calls.noop()
      revoked = true
    },
    {
      child: async ({ tile: own }) => {
        for (;;) await own.wait(10_000)
      },
    },
  )

  expect(revoked).toBe(true)
  expect(exits.get('root')).toBe(0)
})

test('a stopped activity has no endpoint left and cannot call the kernel', async () => {
  const { platform, exits } = await runAsRoot(
    async (context) => {
      const child = await startOther(context)
      await context.calls.call(systemCalls.actCtrl, { act: child.selector, op: 2, arg: 0 })
      const { exitCode } = await waitForChild(context, [child])
      expect(exitCode).toBe(55)
    },
    {
      child: async (context) => {
        for (;;) await context.pause(100)
      },
    },
  )

  expect(exits.get('child')).toBe(55)
  for (let ep = 8; ep < 128; ep++) expect(platform.peekRegister('user2', 0x48 + 24 * ep) & 7n).toBe(0n)
})

test('after the start only the kernel tile is privileged', async () => {
  const { platform } = await runAsRoot(async ({ calls }) => calls.noop())

  const privileged = ['kernel', 'user1', 'user2', 'user3'].map((name) => platform.peekRegister(name, 0) & 1n)
  expect(privileged).toEqual([1n, 0n, 0n, 0n])
})

test('a tile can be used again when its activity is gone', async () => {
  const { printed } = await runAsRoot(
    async (context) => {
      const first = await startOther(context)
      await waitForChild(context, [first])
      await context.calls.revoke(first.selector)
      const again = await createChild(context, 'child', first.tile, first.memory)
      const start = { image: imageOf('child'), args: ['child', 'again'], firstSelector: 3, data: new Uint8Array() }
      await startChild(context, again, start)
      await waitForChild(context, [again])
    },
    {
      child: async (context) => {
        await context.print(`run ${context.args.join(' ')}; activity ${context.environment.activity}`)
        return 0
      },
    },
  )

  expect(printed).toEqual(['run ; activity 1\n', 'run again; activity 2\n'])
})

test('a memory gate reaches exactly the memory that it names', async () => {
  const errors: number[] = []

  await runAsRoot(async (context) => {
    const page = context.allocate(4096, 4096)
    await context.calls.call(systemCalls.createMgate, {
      dst: 600,
      act: selectors.activity,
      address: page,
      size: 4096,
      permissions: 1,
    })
    const { ep } = await new MemoryGate(context, 600).endpoint()
    const buffer = context.allocate(64)
    errors.push(await context.tcu.read(ep, 4088, buffer, 8))
    errors.push(await context.tcu.read(ep, 4089, buffer, 8))
    errors.push(await context.tcu.write(ep, 0, buffer, 8))
    expect(page).toBeGreaterThan(memoryOffset)
  })

  expect(errors).toEqual([errorCodes.NONE, errorCodes.OUT_OF_BOUNDS, errorCodes.NO_PERM])
})
