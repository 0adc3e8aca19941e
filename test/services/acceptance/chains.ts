/** Acceptance workload A3 of services section 7.4, for any platform. */
import { expect, test } from 'vitest'
import { codes, selectors, systemCalls } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { MemoryGate } from '../../../src/services/library/memory-gate.ts'
import { errorOf } from '../error-of.ts'
import { rootSelectors, runAsRoot } from '../run-programs.ts'
import type { Opened } from './opened.ts'
import { childOn, startNamed } from './start-child.ts'

const { tile } = rootSelectors(3)
const depth = 11
/** Selectors: of the memory at the start of the chain, of its copies with root and with the child, of a part of one. */
const [first, mine, theirs, part] = [400, 410, 50, 440]
const page = 0x1000
const secret = 0x5a

/** Copies a capability from one to the other and back; the child has the last copy, at `theirs + depth`. */
const passOn = async ({ calls }: Context, act: number): Promise<void> => {
  await calls.delegate(act, first, theirs + 1)
  for (let level = 2; level < depth; level += 2) {
    const own = { start: mine + level, count: 1 }
    await calls.call(systemCalls.exchange, { act, own, other: theirs + level - 1, obtain: true })
    await calls.delegate(act, mine + level, theirs + level + 1)
  }
}

export const chainSuite = (timeout: number, platform?: Opened): void => {
  test(
    `A3: a capability that was passed on ${depth} times dies with the first one, and its endpoints with it`,
    { timeout },
    async () => {
      const seen: string[] = []
      let revoked = false

      const { exits } = await runAsRoot(
        async (context) => {
          const { calls } = context
          const address = context.allocate(page, page)
          context.tile.writeMemory(address, new Uint8Array(page).fill(secret))
          const memory = { dst: first, act: selectors.activity, address, size: page, permissions: 3 }
          await calls.call(systemCalls.createMgate, memory)
          const child = await childOn(context, 'holder', tile(1))
          await passOn(context, child.selector)
          // The copies are one gate, which is active in one place; a part of it is a gate of its own.
          await new MemoryGate(context, mine + 6).derive(part, 0, page, 3)
          const middle = new MemoryGate(context, part)
          seen.push(`the middle holds ${(await middle.read(0, 1))[0]}`)
          await startNamed(context, child)
          while (!seen.includes(`the end holds ${secret}`)) await context.pause(200)
          await calls.revoke(first)
          revoked = true
          seen.push(`the middle: ${await errorOf(middle.read(0, 1))}`)
          seen.push(`the middle, activated again: ${await errorOf(new MemoryGate(context, part).read(0, 1))}`)
          await calls.call(systemCalls.actWait, { event: 0, count: 1, acts: [child.selector] })
        },
        {
          holder: async (context) => {
            const gate = new MemoryGate(context, theirs + depth)
            seen.push(`the end holds ${(await gate.read(0, 1))[0]}`)
            while (!revoked) await context.pause(200)
            seen.push(`the end: ${await errorOf(gate.read(0, 1))}`)
            return codes.Success
          },
        },
        { platform },
      )

      expect(seen.sort()).toEqual([
        'the end holds 90',
        'the end: NoMEP',
        'the middle holds 90',
        'the middle, activated again: NoMEP',
        'the middle: NoMEP',
      ])
      expect([...exits.values()]).toEqual([0, 0])
    },
  )
}
