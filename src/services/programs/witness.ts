import { codes, pageBytes, selectors, systemCalls } from '#kernel'
import { openReceiveGate } from '../library/message-gates.ts'
import { activate } from '../library/endpoints.ts'
import { resource } from '../library/resources.ts'
import { differences, takeSnapshot } from '../library/snapshot.ts'
import type { Program } from '../runtime/program.ts'
import { memoryPattern } from './memory-pattern.ts'
import { witnessEp } from './witness-endpoint.ts'

/** Looks at its own tile before and after another program tried to change it. */
export const witness: Program = {
  name: 'witness',
  summary: 'takes down its registers and memory when asked on the gate "witness", and compares when asked again',
  main: async (context) => {
    const gate = await openReceiveGate(context, resource(context, 'receive gate', 'witness').selector)
    const page = context.allocate(pageBytes, pageBytes)
    context.tile.writeMemory(page, memoryPattern(pageBytes))
    await activateOwnPage(context, page)
    const channel = [gate.ep, gate.ep + 1]

    const begin = await gate.receive()
    const before = await takeSnapshot(context, channel)
    await gate.reply(begin, new Uint8Array())

    const end = await gate.receive()
    const changed = differences(before, await takeSnapshot(context, channel))
    const bytes = context.tile.readMemory(page, pageBytes)
    const intact = memoryPattern(pageBytes).every((byte, index) => bytes[index] === byte)
    if (!intact) await context.print('my memory changed')
    for (const name of changed) await context.print(`my ${name} changed`)
    if (intact && changed.length === 0) await context.print('my endpoints, privilege and memory are as before')
    await gate.reply(end, new Uint8Array())
    return intact && changed.length === 0 ? codes.Success : codes.InvState
  },
}

/** Makes the page accessible on an endpoint that only this tile has. */
const activateOwnPage = async (context: Parameters<Program['main']>[0], page: number): Promise<void> => {
  const [memory, endpoint] = [context.selector(), context.selector()]
  await context.calls.call(systemCalls.createMgate, {
    dst: memory,
    act: selectors.activity,
    address: page,
    size: pageBytes,
    permissions: 3,
  })
  await context.calls.call(systemCalls.allocEp, { dst: endpoint, act: selectors.activity, ep: witnessEp, replies: 0 })
  await activate(context, { selector: endpoint, ep: witnessEp }, memory)
}
