/** What a resource manager gives, and refuses. Services section 5.1, and the list of resmngtest in 7.1. */
import { beforeAll, describe, expect, test } from 'vitest'
import { memoryOffset } from '../../../src/layout/index.ts'
import { selectors, systemCalls } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { MemoryGate } from '../../../src/services/library/memory-gate.ts'
import { createChild, startChild, waitForChild } from '../../../src/services/library/child.ts'
import type { FreeTile } from '../../../src/services/library/child.ts'
import { openReceiveGate, openSendGate } from '../../../src/services/library/message-gates.ts'
import * as manager from '../../../src/services/manager/resources-client.ts'
import { closeSession, openSession } from '../../../src/services/manager/client.ts'
import { imageOf } from '../../../src/services/index.ts'
import { errorOf } from '../error-of.ts'
import { bootFiles } from '../m3fs/boot.ts'
import type { FilesRun } from '../m3fs/boot.ts'

type Main = (context: Context) => Promise<void>

/** Runs programs by the names in `config`; what `note` is given comes back. */
const run = async (config: string, mains: Readonly<Record<string, Main>>, rootArgs = '') => {
  const programs = Object.fromEntries(
    Object.entries(mains).map(([name, main]) => [
      name,
      async (context: Context) => {
        await main(context)
        return 0
      },
    ]),
  )
  const result: FilesRun = await bootFiles({ config, programs, uses: [], images: {}, rootArgs })
  expect(result.exits).toEqual(Object.fromEntries(['root', ...Object.keys(mains)].map((name) => [name, 0])))
  return result
}

const app = (args: string, attributes = '', inside = ''): string =>
  `<dom><app args="${args}" ${attributes}>${inside}</app></dom>`

const page = 4096
const core = (descriptorOf: bigint): bigint => descriptorOf & ((1n << 28n) - 1n)

describe('memory', () => {
  test('is given up to the quota, can be used, and comes back when it is freed', async () => {
    const found: unknown[] = []
    await run(app('one', 'usermem="16k"') + app('two'), {
      one: async (context) => {
        const gate = await manager.allocateMemory(context, 2 * page)
        await gate.write(page, Uint8Array.of(1, 2, 3))
        found.push([...(await gate.read(page, 3))])
        found.push(await errorOf(gate.write(2 * page, Uint8Array.of(1))))
        found.push(await errorOf(manager.allocateMemory(context, 2 * page + 1)))
        const rest = await manager.allocateMemory(context, 2 * page - 7, 1)
        found.push(await errorOf(rest.write(0, Uint8Array.of(1))))
        found.push(await errorOf(manager.allocateMemory(context, 1)))
        await manager.freeMemory(context, gate)
        found.push(await errorOf(gate.read(0, 1)))
        found.push(await errorOf(manager.freeMemory(context, gate)))
        await manager.allocateMemory(context, 2 * page)
        found.push(await errorOf(manager.allocateMemory(context, 0)))
        found.push(await errorOf(manager.allocateMemory(context, page, 8)))
        found.push(await errorOf(manager.freeMemory(context, new MemoryGate(context, 2))))
      },
      two: async () => {},
    })

    expect(found).toEqual([
      [1, 2, 3],
      'OutOfBounds',
      'NoSpace',
      'NoPerm',
      'NoSpace',
      'NoMEP',
      'InvArgs',
      'InvArgs',
      'InvArgs',
      'InvArgs',
    ])
  })

  test('is divided equally among those that do not say how much, and no two have the same', async () => {
    const totals: bigint[] = []
    const seen: number[] = []
    let filled = 0
    const fill =
      (mark: number): Main =>
      async (context) => {
        const info = await manager.programInfo(context, mark)
        totals.push(info.userMemory.total)
        const gate = await manager.allocateMemory(context, 3 * page)
        for (let at = 0; at < 3; at++) await gate.write(at * page, new Uint8Array(64).fill(mark + 1))
        filled++
        while (filled < 2) await context.pause(200)
        for (let at = 0; at < 3; at++) seen.push((await gate.read(at * page, 1))[0] ?? 0)
      }
    await run(app('first', 'getinfo="1"') + app('second', 'getinfo="1"'), { first: fill(0), second: fill(1) })

    expect(seen.sort()).toEqual([1, 1, 1, 2, 2, 2])
    expect(totals[0]).toBeGreaterThan(1_000_000n)
    expect(totals[1]).toBe(totals[0])
  })

  test('beyond what there is cannot be promised', async () => {
    const { printed, exits } = await bootFiles({
      config: app('one', 'usermem="7m"') + app('two', 'usermem="7m"'),
      programs: { one: async () => 0, two: async () => 0 },
      images: {},
      uses: [],
    })

    expect(exits).toEqual({ root: 28 })
    expect(printed).toMatch(/the applications want 14680064 bytes by usermem, and there are \d+/)
  })
})

describe('tiles', () => {
  test('are given by their kind, are started and stopped, and run programs', async () => {
    const found: unknown[] = []
    let hello = 0
    await run(app('user', '', '<tiles type="core"/><mod name="hello2"/>') + app('hello2', 'daemon="1"'), {
      user: async (context) => {
        const wanted = core(context.environment.descriptor)
        for (let turn = 0; turn < 2; turn++) {
          const tile = await manager.allocateTile(context, wanted)
          found.push(await errorOf(manager.allocateTile(context, wanted)))
          await startOn(context, tile, 'hello2', async () => {
            found.push(await errorOf(manager.freeTile(context, tile)))
          })
          await manager.freeTile(context, tile)
          found.push(await errorOf(manager.freeTile(context, tile)))
        }
        // An instruction set that the system has no tile of.
        found.push(await errorOf(manager.allocateTile(context, wanted | (4n << 6n))))
      },
      hello2: async () => {
        hello++
      },
    })

    const turn = ['NotFound', 'NotRevocable', 'InvArgs']
    expect(found).toEqual([...turn, ...turn, 'InvArgs'])
    expect(hello).toBe(3)
  })

  test('of a program cannot be reset by it, nor their protection changed', async () => {
    const found: unknown[] = []
    await run(app('user', '', '<tiles type="core"/>'), {
      user: async (context) => {
        const tile = await manager.allocateTile(context, core(context.environment.descriptor))
        for (const each of [tile.selector, Number(selectors.tile)]) {
          const reset = { tile: each, muxMemory: Number(selectors.invalid), eps: undefined }
          found.push(await errorOf(context.calls.call(systemCalls.tileReset, reset)))
          const protect = { tile: each, mgate: Number(selectors.invalid), ep: 1, overwrite: false }
          found.push(await errorOf(context.calls.call(systemCalls.tileSetPmp, protect)))
        }
      },
    })

    expect(found).toEqual(['NoPerm', 'NoPerm', 'NoPerm', 'NoPerm'])
  })
})

/** Starts a program on a tile through memory of its own activity, waits for it and removes it. */
const startOn = async (context: Context, tile: FreeTile, name: string, meanwhile: Main): Promise<void> => {
  const memory = new MemoryGate(context, context.selector())
  const child = await createChild(context, name, tile, memory)
  const place = { dst: memory.selector, act: child.selector, address: memoryOffset, size: 0x8000, permissions: 3 }
  await context.calls.call(systemCalls.createMgate, place)
  await meanwhile(context)
  await startChild(context, child, {
    image: imageOf(name),
    args: [name],
    firstSelector: Number(selectors.firstFree),
    data: new Uint8Array(),
  })
  await waitForChild(context, [child])
  await context.calls.revoke(child.selector)
}

describe('gates, semaphores, modules and serial input', () => {
  let found: Readonly<Record<string, unknown>> = {}

  beforeAll(async () => {
    const seen: Record<string, unknown> = {}
    const inside =
      '<sgate name="talk" lname="out" label="7"/><mod name="receiver" perm="r"/><serial/>' +
      '<sem name="turn"/><sem name="absent"/>'
    await run(
      app('sender', '', inside) + app('receiver', '', '<rgate name="talk" lname="in" slots="2"/><sem name="turn"/>'),
      {
        sender: async (context) => {
          seen['unknown send gate'] = await errorOf(manager.useSendGate(context, 'talk'))
          const gate = await openSendGate(context, await manager.useSendGate(context, 'out'))
          seen['the send gate again'] = await errorOf(manager.useSendGate(context, 'out'))
          seen['unknown semaphore'] = await errorOf(manager.useSemaphore(context, 'turns'))
          seen['a semaphore that nobody made'] = await errorOf(manager.useSemaphore(context, 'absent'))
          seen['unknown module'] = await errorOf(manager.useModule(context, 'sender'))
          const module = await manager.useModule(context, 'receiver')
          seen['the module'] = new TextDecoder().decode(await module.read(0, 24)).includes('tessera-program')
          seen['writing the module'] = await errorOf(module.write(0, Uint8Array.of(1)))
          const serial = await manager.serialInputGate(context)
          seen['serial input'] = (await context.calls.call(systemCalls.rgateBuffer, { rgate: serial })).order
          seen['serial input again'] = await errorOf(manager.serialInputGate(context))
          seen['a session that is not configured'] = await errorOf(openSession(context, 'm3fs'))
          seen['closing what is no session'] = await errorOf(closeSession(context, 77))
          const sem = await manager.useSemaphore(context, 'turn')
          await context.calls.call(systemCalls.semCtrl, { sem, op: 1 })
          seen['the answer'] = (await gate.call(Uint8Array.of(5)))[0]
          seen['information'] = await errorOf(manager.programCount(context))
        },
        receiver: async (context) => {
          const { selector, order, messageOrder } = await manager.useReceiveGate(context, 'in')
          seen['orders'] = [order, messageOrder]
          seen['unknown receive gate'] = await errorOf(manager.useReceiveGate(context, 'out'))
          seen['serial input of others'] = await errorOf(manager.serialInputGate(context))
          const gate = await openReceiveGate(context, selector)
          const sem = await manager.useSemaphore(context, 'turn')
          await context.calls.call(systemCalls.semCtrl, { sem, op: 0 })
          const request = await gate.receive()
          seen['label'] = request.label
          await gate.reply(request, Uint8Array.of((request.payload[0] ?? 0) + 1))
        },
      },
      'sem=turn',
    )
    found = seen
  })

  test('are given once where they are for one, as the configuration says', () => {
    expect(found).toMatchObject({
      orders: [7, 6],
      label: 7n,
      'the answer': 6,
      'the module': true,
      'serial input': 6n,
    })
  })

  test('are refused with the code of the specification', () => {
    expect(found).toMatchObject({
      'unknown send gate': 'InvArgs',
      'the send gate again': 'Exists',
      'unknown semaphore': 'InvArgs',
      'a semaphore that nobody made': 'NotFound',
      'unknown module': 'InvArgs',
      'writing the module': 'NoPerm',
      'serial input again': 'InvArgs',
      'serial input of others': 'InvArgs',
      'unknown receive gate': 'InvArgs',
      'a session that is not configured': 'InvArgs',
      'closing what is no session': 'InvArgs',
      information: 'NoPerm',
    })
  })
})
