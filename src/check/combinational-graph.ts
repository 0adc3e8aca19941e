/** Which signals of a module follow which others within a cycle. */
import type { Expression, Instance, Module, Origin, Signal } from '#ir'
import { drivesOf, signalsIn } from '#analysis'
import { connectionsOf } from './reads.ts'
import { shortestWay } from './shortest-way.ts'
import { variableOf, writtenAs } from './words.ts'

/** One step of a value through the logic: `to` changes when `from` does. */
export interface Step {
  readonly from: Signal
  readonly to: Signal
  /** The places of the step, several when it goes through an instance. Asked for only when there is a mistake to tell. */
  readonly hops: () => readonly Hop[]
}

/** A place at which a value goes from one signal to another. */
export interface Hop {
  readonly origin: Origin
  readonly text: string
  /** The instances around the place, from the outside; empty in the module itself. */
  readonly inside: readonly string[]
}

/** For every signal the steps that leave it. */
export type CombinationalGraph = ReadonlyMap<Signal, ReadonlyMap<Signal, Step>>

/** The combinational graph of a module; instances appear as steps from their inputs to their outputs. */
export const combinationalGraph = (module: Module): CombinationalGraph => {
  const before = graphs.get(module)
  if (before !== undefined) return before

  const graph = new Map<Signal, Map<Signal, Step>>()
  const add = (step: Step): void => {
    const steps = graph.get(step.from) ?? new Map<Signal, Step>()
    if (!steps.has(step.to)) steps.set(step.to, step)
    graph.set(step.from, steps)
  }
  const follow = (value: Expression, to: Signal, { origin }: { readonly origin: Origin }, how: string): void => {
    for (const from of signalsIn(value)) {
      add({
        from,
        to,
        hops: () => {
          const source = from === to ? 'itself' : `\`${writtenAs(module, from)}\``
          return [{ origin, text: `\`${writtenAs(module, to)}\` ${how} ${source}`, inside: [] }]
        },
      })
    }
  }

  for (const [to, drives] of drivesOf(module)) {
    if (to.role === 'register') continue
    for (const { assign } of drives) follow(assign.value, to, assign, 'is computed from')
    for (const { assign, conditions } of drives) {
      for (const condition of conditions) follow(condition, to, assign, 'is driven under a condition that reads')
    }
  }
  for (const to of [...module.ports, ...module.signals]) {
    if (to.fallback !== undefined) follow(to.fallback, to, to, 'falls back to')
  }
  for (const instance of module.instances) stepsThrough(instance).forEach(add)

  graphs.set(module, graph)
  return graph
}

/** What happens between an input and an output of a module within a cycle, for every pair that is connected. */
const waysThrough = (module: Module): readonly Step[] => {
  const before = ways.get(module)
  if (before !== undefined) return before

  const graph = combinationalGraph(module)
  const outputs = module.ports.filter(({ role }) => role === 'output')
  const found = module.ports
    .filter(({ role }) => role === 'input')
    .flatMap((from) => {
      const to = shortestWay(graph, from)
      return outputs.flatMap((output) => {
        const steps = to(output)
        return steps === undefined ? [] : [{ from, to: output, hops: () => steps.flatMap(({ hops }) => hops()) }]
      })
    })
  ways.set(module, found)
  return found
}

const stepsThrough = (instance: Instance): readonly Step[] => {
  const outside = new Map(connectionsOf(instance).map(({ port, signal }) => [port, signal]))
  return waysThrough(instance.module).flatMap(({ from, to, hops }) => {
    const [source, sink] = [outside.get(from), outside.get(to)]
    if (source === undefined || sink === undefined) return []
    return [
      {
        from: source,
        to: sink,
        hops: () => [
          {
            origin: instance.origin,
            text: `\`${to.name}\` of \`${variableOf(instance)}\` follows its input \`${from.name}\``,
            inside: [],
          },
          ...hops().map((hop) => ({ ...hop, inside: [variableOf(instance), ...hop.inside] })),
        ],
      },
    ]
  })
}

const graphs = new WeakMap<Module, CombinationalGraph>()
const ways = new WeakMap<Module, readonly Step[]>()
