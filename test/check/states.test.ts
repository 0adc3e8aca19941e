import { expect, test } from 'vitest'
import type { Allowance, Diagnostic, Expression, Statement } from '#ir'
import { assign, at, design, inShort, input, literal, match, module, op, register, when } from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0306', 'HDL-0320', 'HDL-0321')

const start = input('start')
const state = register('state', 2, { cases: { idle: 0, work: 1, rest: 2 }, reset: 0 })
const go = (code: number, line: number): Statement => assign(state, literal(2, code), line)
const is = (code: number): Expression => op('eq', state, literal(2, code))

const foundIn = (body: readonly Statement[], allowances: readonly Allowance[] = []): readonly Diagnostic[] =>
  checkDesign(
    design(
      module('top', {
        ports: [start],
        signals: [state],
        machines: [{ kind: 'stateMachine', register: state, origin: at(2) }],
        body,
        allowances,
      }),
    ),
  )

test('a machine that goes round is fine', () => {
  const found = foundIn([match(state, { idle: [when(start, [go(1, 5)])], work: [go(2, 6)], rest: [go(0, 7)] })])

  expect(found).toEqual([])
})

test('a state that nobody enters is told', () => {
  const found = foundIn([match(state, { idle: [when(start, [go(1, 5)])], work: [go(0, 6)], rest: [go(0, 7)] })])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0306 nobody enters the state 'rest' of \`state\`
      2: 'rest' is declared here",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "state.go('rest') where the machine should enter it",
      "or take 'rest' out of states(...)",
    ]
  `)
})

test('states that only lead to each other are not reached', () => {
  const found = foundIn([match(state, { idle: [], work: [go(2, 6)], rest: [go(1, 7)] })])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0306 \`state\` never gets to the state 'work'
      2: 'work' is declared here
      7: entered here, from 'rest', which is never reached either",
      "HDL-0306 \`state\` never gets to the state 'rest'
      2: 'rest' is declared here
      6: entered here, from 'work', which is never reached either",
    ]
  `)
})

test('a transition under a condition that cannot hold in its state is none', () => {
  const found = foundIn([
    match(state, { idle: [when(start, [go(1, 5)])], work: [go(0, 6), when(is(0), [go(2, 7)])], rest: [go(0, 8)] }),
  ])

  expect(found.map(({ title }) => title)).toEqual(["nobody enters the state 'rest' of `state`"])
})

test('a state that is never left is told with the ways into it', () => {
  const found = foundIn([match(state, { idle: [when(start, [go(1, 5)], [go(2, 6)])], work: [go(2, 7)], rest: [] })])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0320 \`state\` never leaves the state 'rest'
      2: 'rest' is declared here
      6: entered here, from 'idle'
      7: entered here, from 'work'",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "say when it goes on:  rest: () => when(condition, () => state.go('idle'))",
      "if only a reset leads out of it:  allow('HDL-0320', 'stops until the next reset', state)",
    ]
  `)
})

test('states without a way back are told together', () => {
  const found = foundIn([match(state, { idle: [when(start, [go(1, 5)])], work: [go(2, 6)], rest: [go(1, 7)] })])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0320 \`state\` never comes back from 'work', 'rest' to 'idle'
      2: 'idle' is the first state
      5: entered here, from 'idle' to 'work'",
    ]
  `)
})

test('a trap may be meant', () => {
  const body = [match(state, { idle: [when(start, [go(1, 5)])], work: [go(2, 6)], rest: [] })]
  const allowance = (code: string): Allowance => ({
    kind: 'allowance',
    code,
    signal: state,
    reason: 'stops',
    origin: at(9),
  })

  expect(foundIn(body, [allowance('HDL-0320')])).toEqual([])
  expect(foundIn(body, [allowance('HDL-0306')]).map(({ code }) => code)).toEqual(['HDL-0320', 'HDL-0321'])
})
