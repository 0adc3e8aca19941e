/** Mistakes in a custom graph and its table. Source: NoC sections 10.1, 10.2. */
import type { CustomGraph } from './custom.ts'
import type { NetworkModule } from './description.ts'
import type { NetworkFault } from './network-error.ts'

const fault = (path: string, message: string, fix: string): NetworkFault => ({
  code: 'NOC-0112',
  path: `network.topology.${path}`,
  message,
  fix,
})

/** All mistakes of a custom graph: names, channels, root and table. */
export const checkGraph = (graph: CustomGraph, modules: readonly NetworkModule[]): readonly NetworkFault[] => [
  ...routerFaults(graph),
  ...channelFaults(graph),
  ...(graph.root === undefined || graph.routers.includes(graph.root)
    ? []
    : [fault('root', `the root '${graph.root}' is no router`, `use one of ${graph.routers.join(', ')}`)]),
  ...Object.entries(graph.table ?? {}).flatMap(([key, way]) => entryFaults(graph, modules, key, way)),
]

const routerFaults = ({ routers }: CustomGraph): readonly NetworkFault[] =>
  routers.flatMap((name, index) => {
    const path = `routers[${index}]`
    if (!/^[a-z][a-z0-9_]*$/.test(name) || /^(module\d+|registers)$/.test(name))
      return [
        fault(
          path,
          `'${name}' cannot be the name of a router`,
          'use small letters, digits and _, and not moduleN or registers',
        ),
      ]
    return routers.indexOf(name) === index
      ? []
      : [fault(path, `two routers have the name ${name}`, 'rename one of them')]
  })

const channelFaults = ({ routers, channels }: CustomGraph): readonly NetworkFault[] =>
  channels.flatMap(({ from, to, stages = 0 }, index) => {
    const path = `channels[${index}]`
    const faults = [from, to]
      .filter((name) => !routers.includes(name))
      .map((name) => fault(path, `there is no router '${name}'`, `use one of ${routers.join(', ')}`))
    if (from === to) faults.push(fault(path, `a channel leads from ${from} to itself`, 'take it out'))
    if (channels.findIndex((each) => each.from === from && each.to === to) !== index)
      faults.push(fault(path, `there are two channels from ${from} to ${to}`, 'take one out'))
    if (!Number.isInteger(stages) || stages < 0 || stages > 8)
      faults.push(fault(`${path}.stages`, `a channel has ${stages} stages`, 'give a whole number from 0 to 8'))
    return faults
  })

const entryFaults = (
  { routers, channels }: CustomGraph,
  modules: readonly NetworkModule[],
  key: string,
  way: string,
): readonly NetworkFault[] => {
  const path = `table["${key}"]`
  const [router = '', input = '', target = '', ...rest] = key.split('/')
  if (rest.length > 0 || target === '') return [fault(path, `'${key}' is no entry`, 'write `router/input/target`')]
  if (!routers.includes(router))
    return [fault(path, `there is no router '${router}'`, `use one of ${routers.join(', ')}`)]

  const local = modules.filter((module) => module.router === router)
  const inputs = [
    ...channels.flatMap(({ from, to }) => (to === router ? [from] : [])),
    ...local.map((_, index) => `module${index}`),
    ...['*', 'registers'],
  ]
  const outputs = channels.flatMap(({ from, to }) => (from === router ? [to] : []))
  const faults: NetworkFault[] = []
  if (!inputs.includes(input))
    faults.push(fault(path, `router ${router} has no input '${input}'`, `use one of ${inputs.join(', ')}`))
  if (!modules.some(({ name }) => name === target) && !routers.some((name) => target === `${name}_registers`))
    faults.push(fault(path, `there is no module '${target}'`, 'use the name of a module'))
  else if (local.some(({ name }) => name === target) || target === `${router}_registers`)
    faults.push(fault(path, `${target} is at ${router} itself, so the entry is never used`, 'take it out'))
  const [output = '', lane = '0'] = way.split(':')
  if (!outputs.includes(output))
    faults.push(
      fault(
        path,
        `no channel leads from ${router} to '${output}'`,
        `use one of ${outputs.join(', ') || 'new channels'}`,
      ),
    )
  if (lane !== '0' && lane !== '1') faults.push(fault(path, `there is no lane '${lane}'`, 'use :0 or :1'))
  return faults
}
