import fc from 'fast-check'
import { expect, test } from 'vitest'
import { transitionsOf } from '#analysis'
import type { Expression, Signal, Statement } from '#ir'
import { createReference } from '../emit/reference.ts'
import { assign, at, input, literal, matchCodes, module, not, op, output, when } from '../support/nodes.ts'

const states = ['one', 'two', 'three', 'four']
const state = input('state', 2, { cases: Object.fromEntries(states.map((name, code) => [name, code])), reset: 0 })
const pins = [input('a'), input('b'), input('c')]

/** Bodies that set a signal: the state itself for the analysis, an output for the reference. */
type Body = (target: Signal) => readonly Statement[]

const conditions: fc.Arbitrary<Expression> = fc.oneof(
  fc.constantFrom(...pins),
  fc.constantFrom(...pins).map(not),
  fc.nat(3).map((code) => op('eq', state, literal(2, code))),
  fc.nat(3).map((code) => op('ne', state, literal(2, code))),
  fc.tuple(fc.constantFrom(...pins), fc.nat(3)).map(([pin, code]) => op('and', pin, op('eq', state, literal(2, code)))),
)

const bodies: fc.Arbitrary<Body> = fc.letrec<{ body: Body; statement: Body }>((tie) => ({
  body: fc.array(tie('statement'), { maxLength: 3 }).map(
    (parts): Body =>
      (target) =>
        parts.flatMap((part) => part(target)),
  ),
  statement: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.nat(3).map((code) => (target: Signal) => [assign(target, literal(2, code))]),
    fc
      .tuple(fc.constantFrom(...pins), fc.nat(3), fc.nat(3))
      .map(([pin, yes, no]) => (target: Signal) => [assign(target, op('mux', pin, literal(2, yes), literal(2, no)))]),
    fc
      .tuple(conditions, tie('body'), tie('body'))
      .map(([condition, yes, no]) => (target: Signal) => [when(condition, yes(target), no(target))]),
    fc.tuple(tie('body'), tie('body'), tie('body'), tie('body')).map((parts): Body => (target) => [
      matchCodes(
        state,
        parts.map((part, code) => [states[code] ?? '', code, part(target)]),
      ),
    ]),
  ),
})).body

test('every move that the hardware makes is a transition', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const next = output('next', 2, { fallback: state })
      const hardware = module('top', { ports: [...pins, state, next], body: body(next) })
      const described = module('top', { ports: [...pins, state], body: body(state) })

      const moves = transitionsOf(described, { kind: 'stateMachine', register: state, origin: at(1) })

      const told = new Set(moves.map(({ from, to }) => `${from}>${to}`))
      for (let values = 0; values < 32; values++) {
        const pin: Readonly<Record<string, number>> = { a: values & 1, b: (values >> 1) & 1, c: (values >> 2) & 1 }
        const code = values >> 3
        const after = Number(
          createReference(hardware, (name) => BigInt(name === 'state' ? code : (pin[name] ?? 0))).output('next'),
        )
        if (after !== code) expect(told).toContain(`${states[code]}>${states[after]}`)
      }
    }),
    { seed: 1, numRuns: 1000 },
  )
})
