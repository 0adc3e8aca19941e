/** fast-check's view of recipes: what is likely, and what counts as smaller. */
import * as fc from 'fast-check'
import type { Clock, InputRecipe, Item, ModuleRecipe, Recipe, Ref, ShapeRecipe, StatementRecipe } from './recipe.ts'
import { operatorCount } from './operators.ts'

const mostBits = 200

const limits = [31, 32, 33, 63, 64, 65, 127, 128, 129, mostBits]

const bits: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 3, arbitrary: fc.constantFrom(...limits) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: mostBits }) },
)

const ref: fc.Arbitrary<Ref> = fc.record({ at: fc.nat({ max: 107 }), k: fc.nat({ max: 9999 }) })
const refs = (count: number): fc.Arbitrary<readonly Ref[]> =>
  fc.array(ref, { minLength: 1, maxLength: count, size: 'max' })
const clock: fc.Arbitrary<Clock> = fc.constantFrom('main', 'main', 'main', 'other')
const encoding = fc.constantFrom('counted' as const, 'oneHot' as const, 'gray' as const, 'given' as const)

const number: fc.Arbitrary<ShapeRecipe> = fc.record({
  kind: fc.constantFrom('uint' as const, 'uint' as const, 'sint' as const),
  bits,
})
const oneOf: fc.Arbitrary<ShapeRecipe> = fc.record({
  kind: fc.constant('oneOf' as const),
  cases: fc.integer({ min: 1, max: 6 }),
  encoding,
})
const small: fc.Arbitrary<ShapeRecipe> = fc.oneof(
  fc.record({ kind: fc.constantFrom('uint' as const, 'sint' as const), bits: fc.integer({ min: 1, max: 34 }) }),
  oneOf,
)
const wholes = (part: fc.Arbitrary<ShapeRecipe>): fc.Arbitrary<ShapeRecipe> =>
  fc.oneof(
    fc.record({ kind: fc.constant('struct' as const), fields: fc.array(part, { minLength: 1, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('array' as const), element: part, length: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      kind: fc.constant('union' as const),
      variants: fc.array(fc.option(part, { nil: undefined, freq: 4 }), { minLength: 1, maxLength: 4 }),
    }),
  )
const shape: fc.Arbitrary<ShapeRecipe> = fc.oneof(
  { withCrossShrink: true },
  { weight: 6, arbitrary: number },
  { weight: 1, arbitrary: oneOf },
  { weight: 2, arbitrary: wholes(small) },
  { weight: 1, arbitrary: wholes(fc.oneof(small, wholes(small))) },
)

const input: fc.Arbitrary<InputRecipe> = fc.record({ shape, clock })

const item: fc.Arbitrary<Item> = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({
      kind: fc.constant('compute' as const),
      operator: fc.nat({ max: operatorCount - 1 }),
      refs: fc.tuple(ref, ref, ref),
      n: fc.oneof(fc.nat({ max: 9 }), fc.nat({ max: mostBits })),
      clock,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('register' as const),
      shape,
      clock,
      reset: fc.constantFrom('value' as const, 'value' as const, 'none' as const),
      enabled: fc.boolean(),
      next: fc.constantFrom('always' as const, 'sometimes' as const),
      refs: refs(4),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wire' as const),
      shape,
      clock,
      exceptions: fc.nat({ max: 3 }),
      refs: refs(6),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('memory' as const),
      shape,
      depth: fc.integer({ min: 1, max: 17 }),
      clock,
      read: fc.constantFrom('now' as const, 'next' as const),
      during: fc.constantFrom('old' as const, 'new' as const, 'never' as const),
      contents: fc.constantFrom('none' as const, 'value' as const, 'list' as const),
      style: fc.constantFrom(
        'auto' as const,
        'auto' as const,
        'block' as const,
        'distributed' as const,
        'registers' as const,
      ),
      reads: fc.integer({ min: 1, max: 3 }),
      writes: fc.nat({ max: 3 }),
      enabled: fc.boolean(),
      refs: refs(8),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('states' as const),
      cases: fc.integer({ min: 1, max: 5 }),
      encoding,
      clock,
      refs: refs(5),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('instance' as const),
      module: fc.nat({ max: 3 }),
      clock,
      swapped: fc.boolean(),
      refs: refs(5),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('crossing' as const),
      to: fc.constantFrom('main' as const, 'other' as const),
      refs: refs(1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('property' as const),
      sort: fc.nat({ max: 13 }),
      n: fc.nat({ max: 3 }),
      guarded: fc.boolean(),
      clock,
      refs: refs(4),
    }),
  },
)

const { statement } = fc.letrec<{ statement: StatementRecipe; block: readonly StatementRecipe[] }>((tie) => ({
  block: fc.array(tie('statement'), { maxLength: 3, depthIdentifier: 'statement' }),
  statement: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'statement' },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('set' as const),
        target: fc.nat({ max: 20 }),
        part: fc.nat({ max: 9 }),
        refs: refs(3),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('when' as const),
        branches: fc.array(fc.record({ condition: ref, body: tie('block') }), { minLength: 1, maxLength: 3 }),
        otherwise: tie('block'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('match' as const),
        subject: fc.nat({ max: 9 }),
        bodies: fc.array(tie('block'), { minLength: 1, maxLength: 4 }),
      }),
    },
  ),
}))

const moduleRecipe = (mostItems: number): fc.Arbitrary<ModuleRecipe> =>
  fc.record({
    inputs: fc.array(input, { minLength: 1, maxLength: 5, size: 'max' }),
    items: fc.array(item, { minLength: 1, maxLength: mostItems, size: 'max' }),
    statements: fc.array(fc.record({ clock, statement }), { maxLength: 4, size: 'max' }),
  })

/** Random designs of one to four modules. What an instance does shows as well without the module around it. */
export const recipes: fc.Arbitrary<Recipe> = fc.record({
  modules: fc.array(moduleRecipe(20), { minLength: 1, maxLength: 4, size: 'max' }),
  otherReset: fc.constantFrom('synchronous' as const, 'asynchronous' as const, 'none' as const),
  stimulus: fc.nat({ max: 0x7fff_ffff }),
})
