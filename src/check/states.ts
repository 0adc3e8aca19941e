/** HDL-0306 and HDL-0320: states of a machine that it cannot reach, and those that it cannot get back from. */
import { firstStateOf, transitionsOf } from '#analysis'
import type { Transition } from '#analysis'
import type { Mark, StateMachine } from '#ir'
import type { Finding, Rule } from './rule.ts'
import { variableOf } from './words.ts'

/** Tells states that no way leads to from the first one. */
export const unreachableState: Rule = (module) =>
  module.machines.flatMap((machine) => {
    const first = firstStateOf(machine)
    if (first === undefined) return []
    const moves = transitionsOf(module, machine)
    const reached = reach(first, moves, 'forwards')
    return statesOf(machine)
      .filter((state) => !reached.has(state))
      .map((state) => tellUnreachable(machine, state, moves))
  })

/** Tells states that are never left, and groups of states without a way back to the first one. */
export const noWayBack: Rule = (module) =>
  module.machines.flatMap((machine) => {
    const first = firstStateOf(machine)
    if (first === undefined) return []
    const moves = transitionsOf(module, machine)
    const reached = reach(first, moves, 'forwards')
    const returning = reach(first, moves, 'backwards')
    const lost = statesOf(machine).filter((state) => reached.has(state) && !returning.has(state))
    const traps = lost.filter((state) => moves.every(({ from, to }) => from !== state || to === state))
    const intoTraps = new Set(traps.flatMap((state) => [...reach(state, moves, 'backwards')]))
    const circle = lost.filter((state) => !intoTraps.has(state))
    return [
      ...traps.map((state) => tellTrap(machine, state, moves, first)),
      ...(circle.length === 0 ? [] : [tellCircle(machine, circle, moves, first)]),
    ]
  })

const statesOf = ({ register }: StateMachine): readonly string[] => Object.keys(register.cases ?? {})

const reach = (start: string, moves: readonly Transition[], way: 'forwards' | 'backwards'): ReadonlySet<string> => {
  const found = new Set([start])
  // a Set goes on with what is added while it is walked
  for (const state of found) {
    for (const { from, to } of moves) {
      if (way === 'forwards' && from === state) found.add(to)
      if (way === 'backwards' && to === state) found.add(from)
    }
  }
  return found
}

const tellUnreachable = (machine: StateMachine, state: string, moves: readonly Transition[]): Finding => {
  const name = variableOf(machine.register)
  const into = moves.filter(({ from, to }) => to === state && from !== state)
  return {
    code: 'HDL-0306',
    title:
      into.length === 0
        ? `nobody enters the state '${state}' of \`${name}\``
        : `\`${name}\` never gets to the state '${state}'`,
    at: { origin: machine.origin, note: `'${state}' is declared here` },
    also: placesOf(into, ({ from }) => `entered here, from '${from}', which is never reached either`),
    help: [`${name}.go('${state}') where the machine should enter it`, `or take '${state}' out of states(...)`],
    about: [machine.register],
  }
}

const tellTrap = (machine: StateMachine, state: string, moves: readonly Transition[], first: string): Finding => {
  const name = variableOf(machine.register)
  return {
    code: 'HDL-0320',
    title: `\`${name}\` never leaves the state '${state}'`,
    at: { origin: machine.origin, note: `'${state}' is declared here` },
    also: placesOf(
      moves.filter(({ from, to }) => to === state && from !== state),
      ({ from }) => `entered here, from '${from}'`,
    ),
    help: [`say when it goes on:  ${state}: () => when(condition, () => ${name}.go('${first}'))`, ...allowHelp(name)],
    about: [machine.register],
  }
}

const tellCircle = (
  machine: StateMachine,
  circle: readonly string[],
  moves: readonly Transition[],
  first: string,
): Finding => {
  const name = variableOf(machine.register)
  const inside = new Set(circle)
  const list = circle.map((state) => `'${state}'`).join(', ')
  return {
    code: 'HDL-0320',
    title: `\`${name}\` never comes back from ${list} to '${first}'`,
    at: { origin: machine.origin, note: `'${first}' is the first state` },
    also: placesOf(
      moves.filter(({ from, to }) => !inside.has(from) && inside.has(to)),
      ({ from, to }) => `entered here, from '${from}' to '${to}'`,
    ),
    help: [`lead back:  ${circle[0] ?? ''}: () => when(condition, () => ${name}.go('${first}'))`, ...allowHelp(name)],
    about: [machine.register],
  }
}

const allowHelp = (name: string): readonly string[] => [
  `if only a reset leads out of it:  allow('HDL-0320', 'stops until the next reset', ${name})`,
]

/** One mark per assignment. */
const placesOf = (moves: readonly Transition[], note: (move: Transition) => string): readonly Mark[] => {
  const marks = new Map<unknown, Mark>()
  for (const move of moves)
    if (!marks.has(move.origin)) marks.set(move.origin, { origin: move.origin, note: note(move) })
  return [...marks.values()]
}
