import { CallError, codeName, pageBytes, selectors, systemCalls } from '#kernel'
import { createChild, startChild, waitForChild } from '../library/child.ts'
import { MemoryGate } from '../library/memory-gate.ts'
import { openReceiveGate } from '../library/message-gates.ts'
import { encodeResources, resource } from '../library/resources.ts'
import type { Resource } from '../library/resources.ts'
import type { Program } from '../runtime/program.ts'
import { measure } from './measure.ts'
import { memoryPattern } from './memory-pattern.ts'

const readWrite = 3
const messageOrder = 6

/** Starts a borrower on another tile, lends it a page of its own memory, and takes the page back. */
export const memoryOwner: Program = {
  name: 'memory-owner',
  summary: 'lends a page of its memory to the module "borrower" on the tile it may use, then revokes it',
  main: async (context) => {
    const { calls, tile } = context
    const page = context.allocate(pageBytes, pageBytes)
    const [memory, rgate, sgate] = [context.selector(), context.selector(), context.selector()]
    await calls.call(systemCalls.createMgate, {
      dst: memory,
      act: selectors.activity,
      address: page,
      size: pageBytes,
      permissions: readWrite,
    })
    await calls.call(systemCalls.createRgate, { dst: rgate, order: messageOrder, messageOrder })
    await calls.call(systemCalls.createSgate, { dst: sgate, rgate, label: 0, credits: 1 })
    const gate = await openReceiveGate(context, rgate)

    const place = resource(context, 'tile')
    const { selector, first: imageBytes } = resource(context, 'module', 'borrower')
    const free = { selector: place.selector, id: Number(place.first), descriptor: place.second }
    const tileMemory = new MemoryGate(context, resource(context, 'tile memory').selector)
    const child = await createChild(context, 'borrower', free, tileMemory)
    const lent = Number(selectors.firstFree)
    await calls.delegate(child.selector, memory, lent)
    await calls.delegate(child.selector, sgate, lent + 1)
    const given: readonly Resource[] = [
      { kind: 'memory', name: 'page', selector: lent, first: BigInt(pageBytes), second: 0n },
      { kind: 'send gate', name: 'owner', selector: lent + 1, first: 0n, second: 0n },
    ]
    await context.print(`lending ${pageBytes} bytes to the borrower`)
    const image = await new MemoryGate(context, selector).read(0, Number(imageBytes))
    const data = encodeResources(given)
    await startChild(context, child, { image, args: ['borrower'], firstSelector: lent + given.length, data })

    const filled = await gate.receive()
    const right = memoryPattern(pageBytes).every((byte, index) => tile.readMemory(page + index, 1)[0] === byte)
    await context.print(right ? 'the borrower filled the page as agreed' : 'the page holds something else')
    await measure(context, 'revoke', 1, () => calls.revoke(memory, 'children'))
    await context.print('revoked the page')
    await gate.reply(filled, new Uint8Array())

    const { exitCode } = await waitForChild(context, [child])
    await context.print(`the borrower ended with ${codeName(exitCode)}`)
    if (!right) throw new CallError(exitCode)
    return exitCode
  },
}
