/** HDL-0206: a value that needs itself within a cycle. */
import type { Mark, Module, Signal } from '#ir'
import { combinationalGraph } from './combinational-graph.ts'
import type { Hop, Step } from './combinational-graph.ts'
import type { Finding, Rule } from './rule.ts'
import { loopGroups, shortestWay } from './shortest-way.ts'
import { lastWord, shapeOf, writtenAs } from './words.ts'

/** Tells combinational loops, also those through instances: of every group of entangled signals one shortest loop. */
export const loop: Rule = (module) =>
  loopGroups(combinationalGraph(module)).flatMap((group) => {
    const steps = shortestLoop(module, group)
    return steps === undefined ? [] : [tell(module, steps)]
  })

const shortestLoop = (module: Module, group: ReadonlySet<Signal>): readonly Step[] | undefined => {
  const graph = combinationalGraph(module)
  let best: readonly Step[] | undefined
  for (const signal of [...module.ports, ...module.signals].filter((each) => group.has(each))) {
    const steps = shortestWay(graph, signal, (each) => group.has(each))(signal)
    if (steps !== undefined && (best === undefined || steps.length < best.length)) best = steps
    if (best?.length === 1) break
  }
  return best
}

const tell = (module: Module, steps: readonly Step[]): Finding => {
  const [at, ...also] = steps.flatMap(({ hops }) => hops()).map(markOf)
  const start = steps[0]?.from
  if (at === undefined || start === undefined) throw new Error('a loop without steps')
  const name = writtenAs(module, start)
  const before = `${lastWord(name)}Before`
  return {
    code: 'HDL-0206',
    title: `\`${name}\` depends on itself within a cycle`,
    at,
    also,
    help: [
      'put a register somewhere in the loop, for example:',
      `  const ${before} = reg(${shapeOf(start)}, 0)`,
      `  ${before}.next(${name})`,
    ],
  }
}

const markOf = ({ origin, text, inside }: Hop): Mark => ({
  origin,
  note: inside.length === 0 ? text : `inside of \`${inside.join('.')}\`: ${text}`,
})
