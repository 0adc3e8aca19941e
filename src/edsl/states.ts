/** State machines. */
import type { OneOfShape } from '#layout'
import { oneOf } from '#layout'
import { assignLeaves } from './bundle.ts'
import { builder } from './context.ts'
import { codeOf, OneOf } from './one-of.ts'
import { capture } from './origin.ts'
import { assign, newSignal } from './signal.ts'

/** A state machine: starts in the first state, `go` moves at the clock edge. */
export type States<Case extends string> = OneOf<Case> & {
  /** Moves to a state at the clock edge, under the conditions around. */
  go(name: Case): void
}

/**
 * The states of a machine, the first one is where it starts. A `oneOf` shape in place of names gives the encoding:
 * `states(oneOf({ idle: 1, busy: 2 }))`.
 *
 * Rejects: HDL-0306 for a state that no way leads to, HDL-0320 for one without a way back to the first.
 */
export function states<const Case extends string>(...names: readonly Case[]): States<Case>
export function states<Case extends string>(shape: OneOfShape<Case>): States<Case>
export function states(...given: readonly string[] | readonly [OneOfShape]): States<string> {
  const origin = capture()
  const [first] = given
  const shape: OneOfShape = typeof first === 'object' ? first : oneOf(...(given as readonly string[]))
  const names = shape.cases
  const base = origin.name ?? 'state'
  const start = names[0] as string
  const signal = newSignal(base, shape.bits, 'register', origin, {
    reset: BigInt(codeOf(shape, start)),
    cases: shape.codes,
  })
  builder('states()').machines.push(Object.freeze({ kind: 'stateMachine', register: signal, origin }))
  const machine = new OneOf(shape, signal)
  Object.defineProperty(machine, 'go', {
    enumerable: false,
    value: (name: string) => {
      assignLeaves(shape, machine, name, (_, expression) => assign(signal, expression, 'next'))
    },
  })
  return machine as States<string>
}
