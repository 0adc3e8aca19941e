import { expect, test } from 'vitest'
import { full, knownBits } from '#analysis'
import type { Module } from '#ir'
import { assign, input, literal, module, op, register, when, wire } from '../support/nodes.ts'

const enable = input('enable')
const one = wire('one', 4)
const other = wire('other', 4)

const top = (...body: Module['body']): Module => module('top', { ports: [enable], signals: [one, other], body })

test('a wire that is always driven by one value has its bits', () => {
  const known = knownBits(top(assign(one, literal(4, 5)), assign(other, one)))

  expect(known(other)).toEqual({ zeros: 10n, ones: 5n })
})

test('a wire that is driven in some cases is not known', () => {
  const known = knownBits(top(when(enable, [assign(one, literal(4, 5))])))

  expect(known(one)).toEqual({ zeros: 0n, ones: 0n })
})

test('wires that need each other are not known', () => {
  const known = knownBits(top(assign(one, other), assign(other, one)))

  expect(known(one)).toEqual({ zeros: 0n, ones: 0n })
})

test('an extended value is below what fits its bits', () => {
  const value = op('cat', literal(1, 0), register('count', 4))

  expect(knownBits(top())(op('lt', value, literal(5, 16)))).toEqual({ zeros: 0n, ones: 1n })
  expect(knownBits(top())(op('lt', value, literal(5, 15)))).toEqual({ zeros: 0n, ones: 0n })
})

test('a chain of ten thousand operations is no effort', () => {
  let value = op('not', literal(8, 0))
  for (let length = 1; length < 10_000; length++) value = op('not', value)

  expect(knownBits(top())(value)).toEqual({ zeros: full(8), ones: 0n })
})
