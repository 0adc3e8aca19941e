/** State machines as graphs, and as text for other tools. */
import { firstStateOf, transitionsOf, type TransitionCondition } from '#analysis'
import type { Module, StateMachine } from '#ir'
import { expressionText } from './expression-text.ts'

export interface StateTransition {
  readonly from: string
  readonly to: string
  /** What has to hold, one entry per way; empty text: nothing. */
  readonly conditions: readonly string[]
}

export interface StateGraph {
  /** `server.state` */
  readonly name: string
  readonly states: readonly string[]
  /** The state after reset. */
  readonly first: string | undefined
  /** One per pair of states, in the order of the states. */
  readonly transitions: readonly StateTransition[]
}

/** States and transitions of a machine. */
export const stateGraph = (module: Module, machine: StateMachine): StateGraph => {
  const ways = new Map<string, { readonly from: string; readonly to: string; readonly conditions: string[] }>()
  for (const { from, to, conditions } of transitionsOf(module, machine)) {
    const key = JSON.stringify([from, to])
    const known = ways.get(key) ?? { from, to, conditions: [] }
    const text = conditions.map(conditionText).join(' and ')
    if (!known.conditions.includes(text)) known.conditions.push(text)
    ways.set(key, known)
  }
  return {
    name: `${module.name}.${machine.register.label}`,
    states: Object.keys(machine.register.cases ?? {}),
    first: firstStateOf(machine),
    transitions: [...ways.values()],
  }
}

const conditionText = (condition: TransitionCondition): string => {
  if (condition.kind === 'match') return `${expressionText(condition.subject)} is ${condition.name}`
  const named = condition.condition.kind === 'operation' ? condition.condition.origin.name : undefined
  const text = named ?? expressionText(condition.condition)
  if (condition.holds) return text
  return text.includes(' ') ? `not (${text})` : `not ${text}`
}

/** The text of a transition: the ways that lead there. */
export const transitionText = ({ conditions }: StateTransition): string =>
  conditions.includes('')
    ? ''
    : conditions.map((text) => (conditions.length > 1 && text.includes(' ') ? `(${text})` : text)).join(' or ')

/** The graph as a Mermaid state diagram. */
export const mermaidText = (graph: StateGraph): string => {
  const ids = new Map(graph.states.map((state, index) => [state, `s${index}`]))
  const id = (state: string): string => ids.get(state) ?? '[*]'
  // a colon ends the name of a state, and a semicolon the line
  const plain = (text: string): string => text.replace(/[:;#]/g, ' ')
  return [
    'stateDiagram-v2',
    ...graph.states.map((state) => `  state "${state.replaceAll('"', "'")}" as ${id(state)}`),
    ...(graph.first === undefined ? [] : [`  [*] --> ${id(graph.first)}`]),
    ...graph.transitions.map((way) => {
      const text = transitionText(way)
      return `  ${id(way.from)} --> ${id(way.to)}${text === '' ? '' : ` : ${plain(text)}`}`
    }),
    '',
  ].join('\n')
}

/** The graph in the language of Graphviz. */
export const dotText = (graph: StateGraph): string => {
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`
  return [
    `digraph ${quoted(graph.name)} {`,
    '  rankdir=LR',
    '  node [shape=box, style=rounded]',
    ...graph.states.map((state) => `  ${quoted(state)}${state === graph.first ? ' [peripheries=2]' : ''}`),
    ...graph.transitions.map((way) => {
      const text = transitionText(way)
      return `  ${quoted(way.from)} -> ${quoted(way.to)}${text === '' ? '' : ` [label=${quoted(text)}]`}`
    }),
    '}',
    '',
  ].join('\n')
}
