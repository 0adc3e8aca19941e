import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeRequest, systemCalls } from '../../src/kernel/system-calls.ts'
import type { SystemCall } from '../../src/kernel/system-calls.ts'
import { WordWriter } from '../../src/kernel/words.ts'
import { expectInvariants, fakeSystem } from './fake-system.ts'
import type { FakeSystem } from './fake-system.ts'
import { acquaint, kernelSnapshot, plainSnapshot, plainState } from './reference/compare.ts'
import { anyCall, anyStop } from './reference/plans.ts'
import type { Plan, PlannedCall } from './reference/plans.ts'
import { apply } from './reference/rules.ts'
import type { State } from './reference/state.ts'

interface Step {
  readonly caller: number
  readonly plan: Plan
}

/** Programs as lists of calls, which print as the calls that they made. */
const steps = (plan: fc.Arbitrary<Plan>, length: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(fc.record({ caller: fc.integer({ min: 0, max: 2 }), plan }), {
    minLength: 1,
    maxLength: length,
    size: 'max',
  })

const seed = Number(process.env.SEED ?? 1)
const numRuns = Number(process.env.RUNS ?? 40)

/** What a service answers: the range to exchange, or that it knows about the end of a session. */
const serviceAnswer = (payload: Uint8Array, { offer }: PlannedCall): Uint8Array => {
  const opcode = new DataView(payload.buffer, payload.byteOffset).getBigUint64(0, true)
  const writer = new WordWriter().word(0)
  if (opcode === 4n) return writer.finish()
  for (const word of [offer.start, offer.count << 1n, ...Array.from({ length: 9 }, () => 0n)]) writer.word(word)
  return writer.finish()
}

const describeCall = (caller: number, { name, request }: PlannedCall): string => {
  const text = JSON.stringify(request, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))
  return `${caller}: ${name} ${text}`
}

/** Makes one call in both worlds; gives who was answered what. */
const step = async (system: FakeSystem, state: State, caller: number, call: PlannedCall) => {
  const actor = state.actors[caller]!
  const activity = system.activities[caller]!
  const first = system.answered.length
  system.answers = ({ payload }) => serviceAnswer(payload, call)

  const expected = apply(state, actor, call.name, call.request, call.offer)
  const late = state.progress()
  await system.call(activity, encodeRequest(systemCalls[call.name] as SystemCall, call.request as never))

  const indexOf = (who: unknown): number => system.activities.indexOf(who as typeof activity)
  const found = system.answered.slice(first).map(({ caller: who, words }) => `${indexOf(who)} got ${words[0]}`)
  const wanted = late.map(({ caller: who, error }) => `${who.index} got ${error}`)
  if (typeof expected === 'number') wanted.push(`${caller} got ${expected}`)
  return { found: found.sort(), wanted: wanted.sort() }
}

const compare = async (plans: readonly Step[], memoryBytes: number): Promise<void> => {
  const system = fakeSystem(memoryBytes)
  const state = plainState(system)
  acquaint(system)
  const made: string[] = []
  for (const { caller, plan } of plans) {
    const actor = state.actors[caller]!
    if (!actor.alive || state.waiting.some((waiting) => waiting.caller === actor)) continue
    const call = plan.make(state, actor)
    made.push(describeCall(caller, call))

    try {
      const { found, wanted } = await step(system, state, caller, call)
      expect(found).toEqual(wanted)
      expect(kernelSnapshot(system)).toEqual(plainSnapshot(state))
      expectInvariants(system)
    } catch (cause) {
      throw new Error(`${(cause as Error).message}\nafter the calls\n${made.join('\n')}`, { cause })
    }
  }
}

test('any system calls of several activities do what the capability rules say, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(steps(anyCall, 80), (plans) => compare(plans, 100_000)),
    { seed, numRuns },
  )
})

test('so they do when kernel memory runs out', async () => {
  await fc.assert(
    fc.asyncProperty(steps(anyCall, 60), (plans) => compare(plans, 9_000)),
    { seed: seed + 1, numRuns: numRuns / 2 },
  )
})

test('so they do when activities end at any moment', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps(fc.oneof({ weight: 25, arbitrary: anyCall }, { weight: 1, arbitrary: anyStop }), 80),
      (plans) => compare(plans, 100_000),
    ),
    { seed: seed + 2, numRuns },
  )
})
