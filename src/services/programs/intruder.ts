import { errorName } from '#layout'
import { codeName, codes } from '#kernel'
import { openSendGate } from '../library/message-gates.ts'
import { resource } from '../library/resources.ts'
import { differences, takeSnapshot } from '../library/snapshot.ts'
import type { Program } from '../runtime/program.ts'
import { commandAttempts, prepareTarget, registerAttempts, systemCallAttempts } from './intrusions.ts'

/** Tries everything that a program could try to get out of its tile, and prints what the TCU or the kernel says to it. */
export const intruder: Program = {
  name: 'intruder',
  summary: 'tries to change endpoints and to use what it has no right to; prints each refusal',
  main: async (context) => {
    const neighbour = await openSendGate(context, resource(context, 'send gate', 'witness').selector)
    const target = await prepareTarget(context)
    await neighbour.call(new Uint8Array())
    const before = await takeSnapshot(context)
    let granted = 0

    for (const { what, attempt } of registerAttempts(context, target)) {
      const changed = await attempt()
      granted += changed ? 1 : 0
      await context.print(`${what}: ${changed ? 'CHANGED' : 'ignored'}`)
    }
    for (const { what, attempt, expected } of commandAttempts(context, target)) {
      const error = errorName(await attempt())
      granted += error === expected ? 0 : 1
      await context.print(`${what}: ${error}${error === expected ? '' : `, but it should be ${expected}`}`)
    }
    for (const { what, attempt, expected } of systemCallAttempts(context)) {
      const error = codeName(await attempt())
      granted += error === expected ? 0 : 1
      await context.print(`${what}: ${error}${error === expected ? '' : `, but it should be ${expected}`}`)
    }

    const changed = differences(before, await takeSnapshot(context))
    for (const name of changed) await context.print(`my ${name} changed`)
    if (changed.length === 0) await context.print('none of my endpoints changed, nor my privilege')
    await neighbour.call(new Uint8Array())
    return granted === 0 && changed.length === 0 ? codes.Success : codes.InvState
  },
}
