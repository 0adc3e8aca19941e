/** State machines. */
import type { OneOfShape } from '#layout'
import { oneOf } from '#layout'
import { assignLeaves } from './bundle.ts'
import { builder, reportMistake } from './context.ts'
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
 * Rejects: HDL-0306 for a state that nobody enters.
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
  const owner = builder('states()')
  owner.machines.push(Object.freeze({ kind: 'stateMachine', register: signal, origin }))
  const entered = new Set<string>([start])
  const machine = new OneOf(shape, signal)
  Object.defineProperty(machine, 'go', {
    enumerable: false,
    value: (name: string) => {
      entered.add(name)
      assignLeaves(shape, machine, name, (_, expression) => assign(signal, expression, 'next'))
    },
  })
  owner.atEnd.push(() => {
    for (const name of names)
      if (!entered.has(name))
        reportMistake(
          'HDL-0306',
          `nobody enters the state '${name}' of \`${signal.name}\``,
          { origin, note: `'${name}' is declared here` },
          [],
          [`${base}.go('${name}') where the machine should enter it`, `or take '${name}' out of states(...)`],
        )
  })
  return machine as States<string>
}
