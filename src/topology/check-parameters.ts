/** Wrong values and wrong combinations of a network's parameters. Source: NoC section 10.1. */
import type { NetworkParameters, Routing, Topology } from '#layout'
import type { NetworkFault } from './network-error.ts'
import { lanesOf, usualRouting } from './parameters.ts'

const routings: Readonly<Record<Topology['kind'], readonly Routing[]>> = {
  mesh: ['xy', 'yx', 'shortest'],
  torus: ['dateline', 'shortest'],
  ring: ['dateline', 'shortest'],
  star: ['direct'],
  custom: ['upDown', 'table'],
}

/** All mistakes in the parameters, each with its place below `network`. */
export const checkParameters = (parameters: NetworkParameters): readonly NetworkFault[] => [
  ...ranges(parameters),
  ...sizes(parameters.topology),
  ...combinations(parameters),
  ...planeFaults(parameters),
]

const fault = (code: string, path: string, message: string, fix: string): NetworkFault => ({
  code,
  path: `network.${path}`,
  message,
  fix,
})

const isWhole = (value: unknown, from: number, to: number): boolean =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to

const outOfRange = (path: string, value: unknown, from: number, to: number): readonly NetworkFault[] =>
  isWhole(value, from, to)
    ? []
    : [fault('NOC-0101', path, `${path} is ${show(value)}`, `give a whole number from ${from} to ${to}`)]

const noneOf = (path: string, value: unknown, known: readonly unknown[]): readonly NetworkFault[] =>
  known.includes(value)
    ? []
    : [fault('NOC-0101', path, `${path} is ${show(value)}`, `use one of ${known.map(show).join(', ')}`)]

const show = (value: unknown): string => JSON.stringify(value) ?? String(value)

/** Each parameter by itself. */
const ranges = (all: NetworkParameters): readonly NetworkFault[] => [
  ...noneOf('classes', all.classes, [1, 2, 3, 4]),
  ...outOfRange('vcsPerClass', all.vcsPerClass, 1, 4),
  ...outOfRange('depth', all.depth, 2, 64),
  ...noneOf('phits', all.phits, [1, 2, 4, 8]),
  ...noneOf('pipeline', all.pipeline, ['one', 'two']),
  ...noneOf('rounds', all.rounds, [1, 2]),
  ...outOfRange('linkStages', all.linkStages, 0, 8),
  ...noneOf('arbitration', all.arbitration, ['roundRobin', 'sourceWeighted', 'age', 'priority']),
  ...outOfRange('priority.bound', all.priority.bound, 1, 65_535),
  ...all.priority.levels.flatMap((level, index) => outOfRange(`priority.levels[${index}]`, level, 0, 15)),
  ...outOfRange('guards.tx', all.guards.tx, 0, 0xffff_ffff),
  ...outOfRange('guards.rx', all.guards.rx, 0, 0xffff_ffff),
  ...(all.rateLimit === undefined
    ? []
    : [
        ...outOfRange('rateLimit.flits', all.rateLimit.flits, 1, 256),
        // Its register has 12 bits.
        ...outOfRange('rateLimit.burst', all.rateLimit.burst, 1, 4095),
      ]),
  ...outOfRange('longestPacket', all.longestPacket, 1, 8192),
]

const sizes = (topology: Topology): readonly NetworkFault[] => {
  switch (topology.kind) {
    case 'mesh':
    case 'torus':
      return [
        ...outOfRange('topology.columns', topology.columns, 1, 8),
        ...outOfRange('topology.rows', topology.rows, 1, 8),
      ]
    case 'ring':
      return outOfRange('topology.routers', topology.routers, 1, 64)
    case 'star':
      return []
    case 'custom':
      return outOfRange('topology.routers.length', topology.routers.length, 1, 64)
    default:
      return noneOf('topology.kind', (topology as Topology).kind, Object.keys(routings))
  }
}

const combinations = (all: NetworkParameters): readonly NetworkFault[] => {
  const { topology, routing, vcsPerClass, phits } = all
  const faults: NetworkFault[] = []
  const fitting = routings[topology.kind] ?? []
  if (!fitting.includes(routing))
    faults.push(
      fault(
        'NOC-0102',
        'routing',
        `routing '${routing}' does not know a ${topology.kind}`,
        `use one of ${fitting.map(show).join(', ')}, or leave it out for '${usualRouting(topology)}'`,
      ),
    )
  else if (topology.kind === 'custom' && (routing === 'table') !== (topology.table !== undefined))
    faults.push(
      routing === 'table'
        ? fault('NOC-0102', 'topology.table', "routing 'table' has no table", "add `table`, or use routing 'upDown'")
        : fault(
            'NOC-0102',
            'routing',
            "there is a table and routing 'upDown'",
            "use routing 'table', or drop the table",
          ),
    )

  const lanes = lanesOf(topology, routing)
  if (vcsPerClass % lanes !== 0)
    faults.push(
      fault(
        'NOC-0103',
        'vcsPerClass',
        `${vcsPerClass} virtual channel${vcsPerClass === 1 ? '' : 's'} per class cannot be halved for the two lanes of ` +
          `routing '${routing}'`,
        'use 2 or 4',
      ),
    )

  const needed = depthForFullRate(all)
  if (all.fullRate && all.depth < needed)
    faults.push(
      fault(
        'NOC-0106',
        'depth',
        `with a depth of ${all.depth} flits a virtual channel waits for room: it takes ${roundTrip(all)} cycles to come ` +
          `back, in which ${needed} flits of ${phits} ${phits === 1 ? 'cycle' : 'cycles'} could travel`,
        `use a depth of ${needed} or more, fewer \`linkStages\`, or drop \`fullRate\``,
      ),
    )
  if (all.arbitration === 'priority' && all.priority.levels.length < all.classes)
    faults.push(
      fault(
        'NOC-0101',
        'priority.levels',
        `there are levels for ${all.priority.levels.length} classes and ${all.classes} classes`,
        'give one level per class',
      ),
    )
  return faults
}

/**
 * Cycles from the departure of a flit until its room is known to be free again at the sender, when the receiver forwards
 * it at once: the cycles of the sender's output, the link, the receiving router, and the way back.
 */
export const roundTrip = ({ pipeline, outputRegister, linkStages, phits }: NetworkParameters): number =>
  (pipeline === 'two' ? 3 : 2) + (outputRegister ? 1 : 0) + 2 * linkStages + (phits - 1)

/** Flits of a virtual channel with which it can move a flit whenever the link can. */
export const depthForFullRate = (parameters: NetworkParameters): number =>
  Math.max(2, Math.ceil(roundTrip(parameters) / parameters.phits))

/** Every class in use must have exactly one plane. */
const planeFaults = ({ classes, planes }: NetworkParameters): readonly NetworkFault[] => {
  const faults: NetworkFault[] = []
  for (let each = 0; each < classes; each++) {
    const holders = planes.filter((plane) => plane.some((one) => one === each)).length
    if (holders === 0)
      faults.push(fault('NOC-0104', 'planes', `class ${each} has no plane`, `add ${each} to one of the planes`))
    if (holders > 1)
      faults.push(fault('NOC-0104', 'planes', `class ${each} has ${holders} planes`, `leave ${each} in one of them`))
  }
  for (const [index, plane] of planes.entries()) {
    const path = `planes[${index}]`
    if (plane.length === 0) faults.push(fault('NOC-0104', path, `plane ${index} has no class`, 'take it out'))
    for (const each of plane)
      if (!isWhole(each, 0, classes - 1))
        faults.push(
          fault(
            'NOC-0104',
            path,
            `plane ${index} has class ${each}`,
            `use classes 0 to ${classes - 1} of this network`,
          ),
        )
    if (new Set(plane).size !== plane.length)
      faults.push(fault('NOC-0104', path, `plane ${index} has a class twice`, 'leave it once'))
  }
  return faults
}
