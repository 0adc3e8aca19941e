import { expect, test } from 'vitest'
import { firstStateOf, transitionsOf } from '#analysis'
import type { Expression, Statement, StateMachine } from '#ir'
import { assign, at, input, literal, match, module, not, op, register, wire, when } from '../support/nodes.ts'

const enable = input('enable')
const ready = input('ready')
const isIdle = wire('isIdle')
const state = register('state', 2, { cases: { idle: 0, work: 1, rest: 2 }, reset: 0 })
const machine = (): StateMachine => ({ kind: 'stateMachine', register: state, origin: at(1) })

const is = (code: number): Expression => op('eq', state, literal(2, code))
const go = (code: number, line = 1): Statement => assign(state, literal(2, code), line)

/** `idle>work`, with the conditions behind it: `enable`, `not ready`. */
const movesOf = (...body: readonly Statement[]): readonly string[] =>
  transitionsOf(module('top', { ports: [enable, ready], signals: [state, isIdle], body }), machine()).map(
    ({ from, to, conditions }) => {
      const names = conditions.map((each) => {
        if (each.kind === 'match') return each.name
        const name = each.condition.kind === 'signal' ? each.condition.name : '...'
        return each.holds ? name : `not ${name}`
      })
      return [`${from}>${to}`, ...names].join(' ')
    },
  )

test('the cases of a match on the state are the states that moves start from', () => {
  const moves = movesOf(match(state, { idle: [when(enable, [go(1)])], work: [go(2)], rest: [go(0)] }))

  expect(moves).toEqual(['idle>work enable', 'work>rest', 'rest>idle'])
})

test('a condition on the state leaves the states that it holds for', () => {
  const moves = movesOf(when(op('or', is(0), is(2)), [go(1)], [go(0)]))

  expect(moves).toEqual(['idle>work', 'work>idle', 'rest>work'])
})

test('a condition on the state may hide behind a wire and next to others', () => {
  const moves = movesOf(assign(isIdle, is(0)), when(op('and', enable, isIdle), [go(1)]))

  expect(moves).toEqual(['idle>work ...'])
})

test('a later move that always happens overrides an earlier one', () => {
  const moves = movesOf(when(enable, [go(1)]), when(is(0), [go(2)]))

  expect(moves).toEqual(['idle>rest', 'work>work enable', 'rest>work enable'])
})

test('a later move that may not happen leaves the earlier one', () => {
  const moves = movesOf(when(is(0), [go(1), when(ready, [go(2)])]))

  expect(moves).toEqual(['idle>rest ready', 'idle>work'])
})

test('otherwise is where no condition holds', () => {
  const moves = movesOf(when(is(0), [when(enable, [go(1)], [when(ready, [go(2)])])]))

  expect(moves).toEqual(['idle>work enable', 'idle>rest not enable ready'])
})

test('a choice between states is two moves', () => {
  const moves = movesOf(when(is(0), [assign(state, op('mux', enable, literal(2, 1), literal(2, 2)))]))

  expect(moves).toEqual(['idle>work enable', 'idle>rest not enable'])
})

test('a computed state may be any that its bits allow', () => {
  const moves = movesOf(when(is(0), [assign(state, op('cat', literal(1, 0), not(enable)))]))

  expect(moves).toEqual(['idle>idle', 'idle>work'])
})

test('a match on something else is a condition', () => {
  const moves = movesOf(when(is(1), [match(enable, { low: [go(0)], high: [] })]))

  expect(moves).toEqual(['work>idle low'])
})

test('the place of a move is its assignment', () => {
  const top = module('top', { signals: [state], body: [when(is(1), [go(0, 7)])] })

  expect(transitionsOf(top, machine()).map(({ origin }) => origin.places[0]?.line)).toEqual([7])
})

test('the first state is the one after reset', () => {
  expect(firstStateOf(machine())).toBe('idle')
})
