/** What is shown of the network for all runs: by proofs on the generated RTL, and by enumeration. */
import type { Design } from '#ir'
import { prove, type Verdict } from '#sim/prove'
import {
  detours,
  gridModules,
  meshSystem,
  type Network,
  type NetworkDescription,
  planNetwork,
  starmesh2x2x3,
} from '#topology'
import { planRouter } from '../../../../hdl/noc/router/plan-router.ts'
import { systemOf } from '../../../topology/systems.ts'
import { misrouted } from '../support/route-enumeration.ts'
import { levelsProof, turnsProof, weightsProof } from './arbiter-rules.ts'
import { bufferProof } from './buffer-rules.ts'
import { routerProof } from './router-rules.ts'

/** A row of the table. */
export interface Shown {
  /** Part and property: `router P-5`. */
  readonly name: string
  /** Everything that it consists of is shown. `unknown` is not. */
  readonly ok: boolean
  readonly seconds: number
  /** Parameters, and what was left out of them. */
  readonly of: string
  /** Assertions proved, covers reached, and cases enumerated. */
  readonly proved: number
  readonly reached: number
  readonly cases: number
  /** Sentences that do not hold, or are not known to. */
  readonly open: readonly string[]
}

export interface ShowOptions {
  /** For each property. */
  readonly seconds: number
  /** Only rows with these properties, `P-5`. @defaultValue all */
  readonly properties?: readonly string[]
  readonly onProgress?: (text: string) => void
  readonly signal?: AbortSignal
}

/** Something of which properties are shown together. */
export interface Subject {
  readonly name: string
  readonly of: string
  readonly properties: readonly string[]
  readonly show: (options: ShowOptions) => Promise<readonly Shown[]>
}

/** The properties that a sentence belongs to: it begins with them, or is one of those that the hardware states itself. */
export const propertiesOf = (sentence: string): readonly string[] => {
  const named = /^(P-\d+(?:, P-\d+)*):/.exec(sentence)
  if (named) return named[1]!.split(', ')
  return hardwareSays.filter(([text]) => text.test(sentence)).map(([, property]) => property)
}

const hardwareSays: readonly (readonly [RegExp, string])[] = [
  [/stays on the way of its head|has one way out/, 'P-5'],
  [/is held from head to tail|one packet holds/, 'P-6'],
  [/depth|room|flits of virtual channel|exactly when it holds|read only when|one flit leaves at most/, 'P-9'],
  [/^one flit leaves (input|output)/, 'P-10'],
  [/goes behind all others|no circle|is urgent/, 'P-11'],
  [/something moves|is not idle/, 'P-12'],
  [/after reset/, 'P-13'],
]

const good = ({ verdict }: Verdict): boolean => verdict === 'proved' || verdict === 'reached'

/** A design with its properties; covers show that there is something to hold, and count for each of them. */
const proof = (name: string, of: string, properties: readonly string[], design: () => Design): Subject => ({
  name,
  of,
  properties,
  show: async ({ seconds, properties: wanted = properties, onProgress, signal }) => {
    const asked = properties.filter((one) => wanted.includes(one))
    // All of them, whatever was asked: each is a lemma for the others.
    const { verdicts } = await prove(design(), {
      secondsPerProperty: seconds,
      together: true,
      only: (sentence) => {
        const own = propertiesOf(sentence)
        return own.length === 0 || own.some((one) => properties.includes(one))
      },
      ...(signal && { signal }),
      onProgress: (sentence, done, all) => onProgress?.(`${name} ${done}/${all}: ${sentence}`),
    })
    const covers = verdicts.filter(({ check }) => check === 'cover')
    return asked.map((property): Shown => {
      const own = verdicts.filter(
        ({ sentence, check }) => check === 'assert' && propertiesOf(sentence).includes(property),
      )
      const all = [...own, ...covers]
      return {
        name: `${name} ${property}`,
        ok: own.length > 0 && covers.length > 0 && all.every(good),
        seconds: own.reduce((sum, one) => sum + one.seconds, 0),
        of,
        proved: own.filter(good).length,
        reached: covers.filter(good).length,
        cases: 0,
        open: all
          .filter((one) => !good(one))
          .map(({ sentence, verdict, path }) => `${[...path, sentence].join(': ')} (${verdict})`),
      }
    })
  },
})

/** A property shown by looking at all cases; `look` says how many there were, and which are wrong. */
const enumeration = (
  name: string,
  property: string,
  of: string,
  look: () => { readonly cases: number; readonly wrong: readonly string[] },
): Subject => ({
  name,
  of,
  properties: [property],
  show: ({ onProgress }) => {
    onProgress?.(`${name}: all cases`)
    const from = performance.now()
    const { cases, wrong } = look()
    const seconds = (performance.now() - from) / 1000
    return Promise.resolve([
      {
        name: `${name} ${property}`,
        ok: cases > 0 && wrong.length === 0,
        seconds,
        of,
        proved: 0,
        reached: 0,
        cases,
        open: wrong,
      },
    ])
  },
})

/** A router of a network, by name. */
export interface RouterOf {
  readonly network: Network
  readonly index: number
}

const routerOf = (description: NetworkDescription, name: string): RouterOf => {
  const network = planNetwork(description)
  return { network, index: network.routers.findIndex((one) => one.name === name) }
}

/** The router whose parts are proved with real parameters: of the star-mesh, with four modules and two links. */
const provedRouter = (): RouterOf => routerOf(starmesh2x2x3, 'x0_y1')

/** A router with three modules, one of them its registers, and a link. */
const smallerRouter = (): RouterOf => routerOf(meshSystem({ columns: 2, rows: 1, modulesPerRouter: 2 }), 'x0_y0')

/** A router with two modules and no link. */
export const smallestRouter = (): RouterOf =>
  routerOf(
    {
      ...{ name: 'star_2', chip: 0, modules: gridModules(1, 1, 2) },
      network: { topology: { kind: 'star' }, counters: false, arbitration: 'roundRobin' },
    },
    planNetwork({ name: 'star_2', chip: 0, modules: gridModules(1, 1, 2), network: { topology: { kind: 'star' } } })
      .routers[0]!.name,
  )

/** A buffer of that router. */
export const provedBuffer = (depth: number): Design => {
  const { network, index } = provedRouter()
  const plane = network.planes[0]!
  return bufferProof({ ...network.parameters, depth }, plane.vcs, planRouter(network, index, plane).entries[0]!.key)
}

const offered = (): readonly Network[] => {
  const grids = [1, 2, 3, 4, 5, 6, 7, 8]
  const each = <T>(of: (columns: number, rows: number) => T): T[] =>
    grids.flatMap((columns) => grids.map((rows) => of(columns, rows)))
  return [
    planNetwork(starmesh2x2x3),
    ...each((columns, rows) => planNetwork(systemOf({ kind: 'mesh', columns, rows }))),
    ...each((columns, rows) => planNetwork(systemOf({ kind: 'mesh', columns, rows }, { routing: 'yx', classes: 4 }))),
    ...each((columns, rows) => planNetwork(systemOf({ kind: 'torus', columns, rows }))),
    ...Array.from({ length: 64 }, (_, few) => planNetwork(systemOf({ kind: 'ring', routers: few + 1 }))),
    ...[1, 2, 3, 4].map((perRouter) => planNetwork(systemOf({ kind: 'star' }, { perRouter }))),
  ]
}

const pairsOf = (networks: readonly Network[]): number =>
  networks.reduce((sum, { modules }) => sum + modules.length * modules.length, 0)

export const subjects: readonly Subject[] = [
  proof('turns', 'six requesters in turn, g = 5', ['P-11'], () => turnsProof(6)),
  proof('weights', 'weights 1 and 3, packets of up to 3 flits, g = 48 and 26', ['P-11'], () => weightsProof([1, 3], 3)),
  proof('weights_2_3', 'weights 2 and 3, packets of up to 4 flits, g = 50 and 44', ['P-11'], () =>
    weightsProof([2, 3], 4),
  ),
  proof('weights_2_1_1', 'weights 2, 1 and 1, packets of up to 2 flits, g = 28, 38 and 38', ['P-11'], () =>
    weightsProof([2, 1, 1], 2),
  ),
  proof('levels', 'classes of levels 0, 0 and 1, urgent after 4, g = 6', ['P-11'], () => levelsProof([0, 0, 1], 4)),
  proof(
    'buffer',
    'router x0_y1 of starmesh-2x2x3, input east: 2 virtual channels of depth 8; any one flit marked in one bit',
    ['P-1', 'P-2', 'P-3', 'P-8', 'P-9', 'P-13'],
    () => provedBuffer(8),
  ),
  proof(
    'router',
    'router x0_y0 of a mesh of 2x1 with two modules each: 3 modules, 1 link, 2 classes, sourceWeighted with any weights; buffers show anything',
    ['P-1', 'P-2', 'P-5', 'P-6', 'P-9', 'P-10', 'P-12', 'P-13'],
    () => {
      const { network, index } = smallerRouter()
      return routerProof(network, index, network.planes[0]!)
    },
  ),
  enumeration(
    'routes',
    'P-7',
    'starmesh-2x2x3, mesh 3x3 and torus 4x3: all routers, inputs, virtual channels, targets',
    () => {
      const found = [
        starmesh2x2x3,
        {
          name: 'mesh',
          chip: 0,
          modules: gridModules(3, 3, 1),
          network: { topology: { kind: 'mesh', columns: 3, rows: 3 } as const },
        },
        systemOf({ kind: 'torus', columns: 4, rows: 3 }),
      ].map(misrouted)
      return { cases: found.reduce((sum, { cases }) => sum + cases, 0), wrong: found.flatMap(({ wrong }) => wrong) }
    },
  ),
  enumeration(
    'progress',
    'P-22',
    'meshes and tori up to 8x8, rings up to 64 routers, stars: all pairs of modules',
    () => {
      const networks = offered()
      return {
        cases: pairsOf(networks),
        wrong: networks.flatMap((network) =>
          detours(network, 'graph').map(({ source, target, why }) => `${network.name}: ${source} to ${target}: ${why}`),
        ),
      }
    },
  ),
  enumeration(
    'deadlock',
    'P-23',
    'the same: channels and virtual channels have no circle (11.4), or planning fails',
    () => {
      const networks = offered()
      return { cases: networks.length, wrong: [] }
    },
  ),
]
