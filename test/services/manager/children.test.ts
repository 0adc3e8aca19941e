/** Programs that programs add. Services section 5.1, AddChild and RemChild. */
import { expect, test } from 'vitest'
import { memoryOffset } from '../../../src/layout/index.ts'
import { selectors, systemCalls } from '../../../src/kernel/index.ts'
import { imageOf } from '../../../src/services/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { createChild, startChild, waitForChild } from '../../../src/services/library/child.ts'
import { MemoryGate } from '../../../src/services/library/memory-gate.ts'
import * as manager from '../../../src/services/manager/resources-client.ts'
import { errorOf } from '../error-of.ts'
import { bootFiles } from '../m3fs/boot.ts'

const page = 4096
/** Selector of the gate to the resource manager in the child's table. */
const gate = Number(selectors.firstFree)

test('a program that a program adds asks for itself, within what its parent has, and leaves nothing', async () => {
  const found: unknown[] = []
  const parent = async (context: Context): Promise<number> => {
    const tile = await manager.allocateTile(context, context.environment.descriptor & ((1n << 28n) - 1n))
    const memory = new MemoryGate(context, context.selector())
    const child = await createChild(context, 'child', tile, memory)
    const place = { dst: memory.selector, act: child.selector, address: memoryOffset, size: 0x8000, permissions: 3 }
    await context.calls.call(systemCalls.createMgate, place)
    const added = { activity: child.activity, act: child.selector, tile: tile.selector, name: 'child' }
    const all = { ...added, kernelMemory: selectors.kernelMemory }
    found.push(await errorOf(manager.addChild(context, { ...all, activity: 99, tile: child.selector }, gate)))
    await manager.addChild(context, all, gate)
    found.push(await errorOf(manager.addChild(context, all, gate + 1)))
    const start = { image: imageOf('child'), args: ['child'], firstSelector: gate + 1, data: new Uint8Array() }
    await startChild(context, child, { ...start, resourceManager: gate })
    await waitForChild(context, [child])
    found.push(await errorOf(manager.allocateMemory(context, 3 * page)))
    await manager.removeChild(context, child.selector)
    found.push(await errorOf(manager.removeChild(context, child.selector)))
    found.push(await manager.programCount(context))
    await manager.allocateMemory(context, 4 * page)
    await context.calls.revoke(child.selector)
    await manager.freeTile(context, tile)
    return 0
  }
  const child = async (context: Context): Promise<number> => {
    const { name, layer, tile, userMemory } = await manager.programInfo(context, 1)
    found.push([name, layer, tile === context.environment.tile, userMemory.left])
    await (await manager.allocateMemory(context, 2 * page)).write(page, Uint8Array.of(1))
    found.push(await errorOf(manager.allocateMemory(context, 3 * page)))
    return 0
  }

  const { exits } = await bootFiles({
    config: '<dom><app args="parent" usermem="16k" getinfo="1"><tiles type="core"/></app></dom>',
    programs: { parent, child },
    uses: [],
    images: {},
  })

  expect(exits).toEqual({ root: 0, parent: 0, child: 0 })
  expect(found).toEqual(['InvArgs', 'Exists', ['child', 2, true, 16384n], 'NoSpace', 'NoSpace', 'InvArgs', 1])
})
