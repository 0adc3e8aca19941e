import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawsOf, Exchange } from '#sim/traffic'
import { gridModules, meshSystem, type NetworkDescription, starmesh2x2x3 } from '#topology'
import { type Carried, hardware } from '../support/noc.ts'

interface Crowd {
  readonly packets: number
  /** Shares of cycles in which a module has its next flit, takes one. */
  readonly offers: number
  readonly takes: number
  readonly longest: number
  readonly seed: number
}

/** All modules send packets to all modules, themselves too, in all classes at once; what happened to them. */
const crowd = ({ carrier, network }: Carried, { packets, offers, takes, longest, seed }: Crowd) => {
  carrier.reset()
  const draws = drawsOf(seed)
  const exchange = new Exchange({
    carrier,
    network,
    accept: (accepts) => {
      for (let stream = 0; stream < accepts.length; stream++) accepts[stream] = draws.happens(takes) ? 1 : 0
    },
    offer: () => draws.happens(offers),
  })
  for (let packet = 0; packet < packets; packet++) {
    const flits = draws.happens(0.5) ? 1 : draws.between(2, longest)
    exchange.send(draws.below(carrier.modules), draws.below(carrier.modules), draws.below(carrier.classes), flits)
  }
  const all = exchange.drain(3000)
  return { all, delivered: exchange.delivered, faults: exchange.faults }
}

const arrived = (packets: number) => ({ all: true, delivered: packets, faults: [] })

/** Small networks of all topologies, with any parameters. */
const systems = (): fc.Arbitrary<NetworkDescription> => {
  const mesh = fc
    .record({
      columns: fc.integer({ min: 1, max: 3 }),
      rows: fc.integer({ min: 1, max: 2 }),
      modulesPerRouter: fc.integer({ min: 1, max: 2 }),
    })
    .map((grid) => meshSystem(grid))
  const ring = fc.integer({ min: 3, max: 5 }).map((routers): NetworkDescription => ({
    ...{ name: `ring_${routers}`, chip: 0, columns: routers, rows: 1, modules: gridModules(routers, 1, 1) },
    network: { topology: { kind: 'ring', routers } },
  }))
  const torus = fc.constant<NetworkDescription>({
    ...{ name: 'torus_3x2', chip: 0, columns: 3, rows: 2, modules: gridModules(3, 2, 1) },
    network: { topology: { kind: 'torus', columns: 3, rows: 2 } },
  })
  const star = fc.integer({ min: 2, max: 4 }).map((modules): NetworkDescription => ({
    ...{ name: `star_${modules}`, chip: 0, modules: gridModules(1, 1, modules) },
    network: { topology: { kind: 'star' } },
  }))
  const custom = fc.constant<NetworkDescription>({
    name: 'triangle',
    chip: 0,
    modules: gridModules(3, 1, 1).map((module, index) => ({ ...module, router: `r${index}` })),
    network: {
      topology: {
        kind: 'custom',
        routers: ['r0', 'r1', 'r2'],
        channels: ['r0 r1', 'r1 r0', 'r1 r2', 'r2 r1', 'r2 r0', 'r0 r2'].map((pair) => {
          const [from, to] = pair.split(' ') as [string, string]
          return { from, to }
        }),
      },
    },
  })
  const choice = fc.record({
    classes: fc.constantFrom(1, 2, 3, 4),
    depth: fc.constantFrom(3, 4, 5, 8),
    lanesVcs: fc.constantFrom(1, 2),
    apart: fc.boolean(),
    pipeline: fc.constantFrom('one', 'two'),
    rounds: fc.constantFrom(1, 2),
    outputRegister: fc.boolean(),
    linkStages: fc.constantFrom(0, 0, 1, 2),
    arbitration: fc.constantFrom('sourceWeighted', 'roundRobin', 'age', 'priority'),
  })
  return fc.tuple(fc.oneof(mesh, ring, torus, star, custom), choice).map(([system, { lanesVcs, apart, ...given }]) => {
    const kind = system.network?.topology?.kind
    const twoLanes = kind === 'ring' || kind === 'torus'
    const classes = Array.from({ length: given.classes }, (_, one) => one as 0 | 1 | 2 | 3)
    const planes =
      apart && given.classes > 1
        ? [classes.filter((one) => one % 2 === 0), classes.filter((one) => one % 2 === 1)]
        : [classes]
    const network = {
      ...system.network,
      ...given,
      planes,
      vcsPerClass: twoLanes ? 2 * lanesVcs : lanesVcs,
      counters: false,
    }
    return { ...system, network: network }
  })
}

const long = process.env.TESSERA_LONG === '1'

describe('T-2: every packet arrives exactly once, intact and in order', () => {
  test('on the reference system: 80,000 packets in two classes, with sinks and sources that pause', () => {
    const network = hardware(starmesh2x2x3)
    const packets = long ? 1_000_000 : 80_000

    expect(crowd(network, { packets, offers: 0.9, takes: 0.7, longest: 6, seed: 1 })).toEqual(arrived(packets))
  }, 300_000)

  test('on the reference system with four classes: 20,000 packets, the longest among them', () => {
    const network = hardware({ ...starmesh2x2x3, network: { classes: 4 } })

    expect(crowd(network, { packets: 18_000, offers: 1, takes: 0.9, longest: 4, seed: 2 })).toEqual(arrived(18_000))
    expect(crowd(network, { packets: 2000, offers: 1, takes: 0.9, longest: 131, seed: 3 })).toEqual(arrived(2000))
  }, 300_000)

  test('on networks of all topologies and parameters', () => {
    const load = fc.record({
      offers: fc.constantFrom(0.2, 0.7, 1),
      takes: fc.constantFrom(0.2, 0.6, 1),
      longest: fc.constantFrom(2, 9, 34),
      seed: fc.nat(),
    })

    fc.assert(
      fc.property(systems(), load, (system, given) => {
        expect(crowd(hardware(system), { packets: 1000, ...given })).toEqual(arrived(1000))
      }),
      { numRuns: long ? 200 : 8, seed: long ? Date.now() : 11, endOnFailure: !long },
    )
  }, 3_600_000)
})
