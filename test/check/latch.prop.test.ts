import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Signal, Statement } from '#ir'
import { assign, design, input, literal, match, module, whenChain, wire } from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0204')

const target = wire('target')
const other = wire('other', 1, { fallback: literal(1, 0) })
const drive = assign(target, literal(1, 1))
const elsewhere = assign(other, literal(1, 1))

/** A body as a tree: what stands in a block, without the signals that decide. */
type Plan =
  'drive' | 'elsewhere' | { readonly ways: readonly (readonly Plan[])[]; readonly kind: 'when' | 'otherwise' | 'match' }

const { block } = fc.letrec<{ block: readonly Plan[]; plan: Plan }>((tie) => ({
  block: fc.array(tie('plan'), { maxLength: 2, depthIdentifier: 'body' }),
  plan: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'body' },
    fc.constantFrom<Plan[]>('drive', 'elsewhere'),
    fc.record({
      kind: fc.constantFrom('when' as const, 'otherwise' as const),
      ways: fc.array(tie('block'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('match' as const), ways: fc.array(tie('block'), { minLength: 1, maxLength: 4 }) }),
  ),
}))

/** The statements of a plan; every condition and subject is an input of its own. */
const build = (plans: readonly Plan[], inputs: Signal[]): readonly Statement[] =>
  plans.map((plan) => {
    if (plan === 'drive') return drive
    if (plan === 'elsewhere') return elsewhere
    const bodies = plan.ways.map((way) => build(way, inputs))
    if (plan.kind === 'match') {
      const subject = fresh(inputs, 2)
      return match(subject, Object.fromEntries(bodies.map((body, index) => [`case_${index}`, body])))
    }
    const otherwise = plan.kind === 'otherwise' ? bodies.pop() : undefined
    return whenChain(
      bodies.map((body) => [fresh(inputs, 1), body] as const),
      otherwise,
    )
  })

const fresh = (inputs: Signal[], bits: number): Signal => {
  const signal = input(`input_${inputs.length}`, bits)
  inputs.push(signal)
  return signal
}

/** Whether some way through the body passes no drive: tried one by one. */
const canMiss = (plans: readonly Plan[]): boolean =>
  plans.every((plan) => {
    if (plan === 'drive') return false
    if (plan === 'elsewhere') return true
    const escapes = plan.kind === 'when' || (plan.kind === 'match' && plan.ways.length < 4)
    return escapes || plan.ways.some(canMiss)
  })

const drives = (plans: readonly Plan[]): boolean =>
  plans.some((plan) => plan === 'drive' || (plan !== 'elsewhere' && plan.ways.some(drives)))

test('a latch is told exactly when some way through the body drives nothing', () => {
  fc.assert(
    fc.property(block, (plans) => {
      const inputs: Signal[] = []
      const body = build(plans, inputs)

      const found = checkDesign(design(module('top', { ports: inputs, signals: [target, other], body })))

      expect(found.some(({ code }) => code === 'HDL-0204')).toBe(drives(plans) && canMiss(plans))
    }),
    { seed: 1, numRuns: 500 },
  )
})
