import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign, at, design, input, literal, matchCodes, module, register, when } from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0306', 'HDL-0320')
const names = ['a', 'b', 'c', 'd', 'e', 'f']
const pins = [input('one'), input('other')]

/** For every state the states that it goes to. */
const machines = fc.array(fc.uniqueArray(fc.nat(names.length - 1), { maxLength: 2 }), {
  minLength: names.length,
  maxLength: names.length,
})

test('exactly the states are told that walks from the first one miss, or do not come back from', () => {
  fc.assert(
    fc.property(machines, (ways) => {
      const state = register('state', 3, {
        cases: Object.fromEntries(names.map((name, code) => [name, code])),
        reset: 0,
      })
      const body = [
        matchCodes(
          state,
          ways.map((to, code) => [
            names[code] ?? '',
            code,
            to.map((next, way) => when(pins[way] ?? state, [assign(state, literal(3, next))])),
          ]),
        ),
      ]
      const top = module('top', {
        ports: pins,
        signals: [state],
        machines: [{ kind: 'stateMachine', register: state, origin: { places: [], name: undefined } }],
        body,
      })

      const found = checkDesign(design(top))

      // a walk of as many steps as there are states, by trying all
      const reaches = (from: number, to: number, steps = names.length): boolean =>
        from === to || (steps > 0 && (ways[from] ?? []).some((next) => reaches(next, to, steps - 1)))
      const unreachable = names.filter((_, code) => !reaches(0, code))
      const lost = names.filter((_, code) => reaches(0, code) && !reaches(code, 0))
      const traps = lost.filter((name) => (ways[names.indexOf(name)] ?? []).every((to) => names[to] === name))
      const toldOf = (pattern: RegExp): readonly string[] =>
        found.flatMap(({ title }) => pattern.exec(title)?.[1] ?? []).toSorted()
      expect(toldOf(/^(?:nobody enters|.*never gets to) the state '(\w)'/)).toEqual(unreachable)
      expect(toldOf(/never leaves the state '(\w)'/)).toEqual(traps)
      expect(found.some(({ code }) => code === 'HDL-0320')).toBe(lost.length > 0)
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('a place is where the machine was declared', () => {
  const state = register('state', 1, { cases: { a: 0, b: 1 }, reset: 0 })
  const machine = { kind: 'stateMachine' as const, register: state, origin: at(7) }

  const [found] = checkDesign(design(module('top', { signals: [state], machines: [machine] })))

  expect(found?.at.origin.places[0]?.line).toBe(7)
})
