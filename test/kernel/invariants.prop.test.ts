import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { descendants } from '../../src/kernel/capability.ts'
import type { Capability } from '../../src/kernel/capability.ts'
import { exitActivity } from '../../src/kernel/exit.ts'
import { kernelMemory } from '../../src/kernel/objects.ts'
import { Quota } from '../../src/kernel/quota.ts'
import { revokeTree } from '../../src/kernel/revocation.ts'
import { allCapabilities, expectInvariants, fakeSystem } from './fake-system.ts'
import type { FakeSystem } from './fake-system.ts'
import { anyMessage, usefulCall } from './system-call-arbitraries.ts'
import type { PlannedCall } from './system-call-arbitraries.ts'

/** Everybody knows everybody: selectors 13 and 14 are the other two activities. */
const acquaint = ({ activities }: FakeSystem): void => {
  for (const [index, { table }] of activities.entries())
    for (const step of [1, 2]) {
      const other = activities[(index + step) % 3]?.table.find(2n, 'activity') as Capability
      table.clone(BigInt(12 + step), other)
    }
}

const session = <Call>(call: fc.Arbitrary<Call>) =>
  fc.array(fc.record({ caller: fc.integer({ min: 0, max: 2 }), call }), { minLength: 20, maxLength: 80 })

/** Makes the calls of a session; a caller whose last call is still suspended cannot make another one. */
const play = async (
  system: FakeSystem,
  calls: readonly { readonly caller: number; readonly call: PlannedCall }[],
  after: () => void = () => {},
): Promise<void> => {
  for (const { caller, call } of calls) {
    const activity = system.activities[caller]!
    if (activity.call !== undefined) continue
    await system.call(activity, call(activity))
    after()
  }
}

/** activate and revoke do one thing after the other; what was done before the error stays done. */
const partial = [9n, 29n]
const invalidArguments = 28n

const activeEndpoints = (system: FakeSystem) =>
  allCapabilities(system).flatMap(({ object }) =>
    object.kind === 'ep' && object.active ? [{ ep: object, capability: object.active.capability }] : [],
  )

describe('capabilities', () => {
  test('forest, quotas and endpoints stay sound under any sequence of system calls', async () => {
    await fc.assert(
      fc.asyncProperty(session(usefulCall), async (calls) => {
        const system = fakeSystem(20_000)
        acquaint(system)
        await play(system, calls, () => expectInvariants(system))
      }),
      { seed: 1, numRuns: 80 },
    )
  })

  test('a revocation takes exactly the subtree, and the endpoints that were activated through it', async () => {
    await fc.assert(
      fc.asyncProperty(session(usefulCall), fc.nat(), fc.boolean(), async (calls, pick, own) => {
        const system = fakeSystem()
        acquaint(system)
        await play(system, calls)
        const before = allCapabilities(system).filter(({ selector }) => selector > 2n && selector < 13n)
        const chosen = before[pick % Math.max(1, before.length)]
        if (chosen === undefined) return
        const below = descendants(chosen)
        const doomed = new Set(own ? [...below, chosen] : below)
        const active = activeEndpoints(system)

        await revokeTree(system.kernel, chosen, own ? 'all' : 'children', undefined)

        for (const capability of before) expect(capability.table === undefined).toBe(doomed.has(capability))
        for (const { ep, capability } of active)
          expect(ep.active?.capability).toBe(doomed.has(capability) || ep.references === 0 ? undefined : capability)
        expectInvariants(system)
      }),
      { seed: 2, numRuns: 120 },
    )
  })

  test('descendants come newest first with the newest itself last', () => {
    const { table } = fakeSystem().activities[0]!
    const root = table.insert(10n, kernelMemory(new Quota(1, 0)))
    const old = table.clone(11n, root)
    table.clone(12n, old)
    const newest = table.clone(13n, root)
    table.clone(14n, newest)

    expect(descendants(root).map(({ selector }) => selector)).toEqual([14n, 12n, 11n, 13n])
  })
})

describe('the kernel', () => {
  test('survives messages of any content and answers each of them', async () => {
    await fc.assert(
      fc.asyncProperty(session(anyMessage), async (calls) => {
        const system = fakeSystem(20_000)
        for (const { caller, call: payload } of calls) {
          const activity = system.activities[caller]!
          if (!activity.alive || activity.call !== undefined) continue
          const answer = await system.call(activity, payload)
          if (activity.alive && activity.waitsAt === undefined) expect(answer?.length).toBeGreaterThan(0)
          expectInvariants(system)
        }
      }),
      { seed: 3, numRuns: 120 },
    )
  })

  test('a call that is refused for its form changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(session(usefulCall), anyMessage, async (calls, message) => {
        const system = fakeSystem()
        acquaint(system)
        await play(system, calls)
        const [caller] = system.activities
        const opcode = message.length < 8 ? 0n : new DataView(message.buffer, message.byteOffset).getBigUint64(0, true)
        fc.pre(caller!.call === undefined && !partial.includes(opcode))
        const state = () => [
          allCapabilities(system),
          system.memory.quota.left,
          system.tiles.map(({ quota }) => quota.left),
        ]
        const before = state()

        const answer = await system.call(caller!, message)

        if (answer?.[0] === invalidArguments) expect(state()).toEqual(before)
      }),
      { seed: 4, numRuns: 120 },
    )
  })

  test('an activity that exits leaves no capability, no endpoint and no memory behind', async () => {
    await fc.assert(
      fc.asyncProperty(session(usefulCall), async (calls) => {
        const system = fakeSystem()
        acquaint(system)
        await play(system, calls)

        for (const activity of system.activities) await exitActivity(system.kernel, activity, 0, true)

        expect(allCapabilities(system)).toEqual([])
        expect(system.memory.quota.untouched).toBe(true)
        for (const tile of system.machine.tiles.values()) expect(tile.validEndpoints()).toEqual([])
      }),
      { seed: 5, numRuns: 100 },
    )
  })
})
