/** Things that hold or carry values: registers, wires, state machines. */
import type { Shape } from '#layout'
import { oneOf } from '#layout'
import type { Expression } from '#ir'
import { assignLeaves, leafDetails, leavesOf } from './bundle.ts'
import { builder, reportMistake } from './context.ts'
import { codeOf, OneOf } from './one-of.ts'
import { capture } from './origin.ts'
import { settable } from './settable.ts'
import type { Assignable, Driven, Register } from './shapes-to-values.ts'
import { assign, labelOf, newSignal } from './signal.ts'

const bindingOf = (origin: { readonly name: string | undefined }, explicit: string | undefined, kind: string): string =>
  explicit ?? origin.name ?? kind

/** The bits of an assignable constant, leaf by leaf. */
const leafBits = (shape: Shape, value: unknown): ReadonlyMap<string, Expression> =>
  new Map(leavesOf(shape, value).map(({ path, expression }) => [path.join('_'), expression]))

/**
 * A register; `next` sets what it holds after the clock edge. Without a first value it has no reset, and simulation starts
 * it at a random value.
 */
export const reg = <const S extends Shape>(shape: S, first?: Assignable<S>, name?: string): Register<S> => {
  const origin = capture(name)
  const base = bindingOf(origin, name, 'register')
  const firsts = first === undefined ? undefined : leafBits(shape, first)
  return settable(shape, [], 'next', (leaf, path) => {
    const reset = firsts?.get(path.join('_'))
    if (reset !== undefined && reset.kind !== 'literal')
      reportMistake(
        'HDL-0105',
        `the first value of \`${base}\` is not a constant`,
        { origin, note: 'a register starts with a value that is known when the design is built' },
        [{ origin: reset.origin, note: 'this is a signal' }],
        [`give a number, and load the signal with next()`],
      )
    return newSignal([base, ...path].join('_'), leaf.bits, 'register', origin, {
      reset: reset?.kind === 'literal' ? reset.value : undefined,
      label: labelOf(base, path),
      ...leafDetails(leaf),
    })
  }) as Register<S>
}

/** A wire; `drive` sets it in the same cycle, `fallback` is its value where nothing drives it. */
export const wire = <const S extends Shape>(shape: S, fallback?: Assignable<S>, name?: string): Driven<S> => {
  const origin = capture(name)
  const base = bindingOf(origin, name, 'signal')
  const fallbacks = fallback === undefined ? undefined : leafBits(shape, fallback)
  return settable(shape, [], 'drive', (leaf, path) =>
    newSignal([base, ...path].join('_'), leaf.bits, 'wire', origin, {
      fallback: fallbacks?.get(path.join('_')),
      label: labelOf(base, path),
      ...leafDetails(leaf),
    }),
  ) as Driven<S>
}

/** A state machine: starts in the first state, `go` moves at the clock edge. */
export type States<Case extends string> = OneOf<Case> & { go(name: Case): void }

/**
 * The states of a machine, the first one is where it starts.
 *
 * Rejects: HDL-0306 for a state that nobody enters.
 */
export const states = <const Case extends string>(...names: readonly Case[]): States<Case> => {
  const origin = capture()
  const shape = oneOf(...names)
  const base = bindingOf(origin, undefined, 'state')
  const signal = newSignal(base, shape.bits, 'register', origin, {
    reset: BigInt(codeOf(shape, names[0] as string)),
    cases: shape.codes,
  })
  const entered = new Set<string>([names[0] as string])
  const machine = new OneOf<Case>(shape, signal)
  Object.defineProperty(machine, 'go', {
    enumerable: false,
    value: (name: Case) => {
      entered.add(name)
      assignLeaves(shape, machine, name, (_, expression) => assign(signal, expression, 'next'))
    },
  })
  builder('states()').atEnd.push(() => {
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
  return machine as States<Case>
}
