import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { meshSystem, type NetworkDescription, starmesh2x2x3 } from '#topology'
import { routerBound } from '#hdl/noc'
import type { NetworkChoice } from '#layout'
import { randomNumbers } from '../lib/support/bench.ts'
import { benchOf, laneOf, numbered, numberOf, type RouterBench, targetsAt } from './support/router-bench.ts'

const star = (network: NetworkChoice): NetworkDescription => ({ ...starmesh2x2x3, network })
const mesh = (columns: number, rows: number, network: NetworkChoice): NetworkDescription => ({
  ...meshSystem({ columns, rows, modulesPerRouter: 1 }),
  network,
})
const torus = { topology: { kind: 'torus', columns: 4, rows: 3 } } as const

const samples: readonly (readonly [string, NetworkDescription, string])[] = [
  ['of the star-mesh', star({}), 'x0_y1'],
  ['with four classes and two rounds', star({ classes: 4, rounds: 2, counters: false }), 'x1_y0'],
  ['with two virtual channels per class', star({ vcsPerClass: 2, arbitration: 'roundRobin' }), 'x0_y0'],
  ['with pipeline two', star({ pipeline: 'two', depth: 5 }), 'x1_y1'],
  ['with registers at its outputs', star({ outputRegister: true, counters: false }), 'x0_y0'],
  ['that serves the oldest first', star({ arbitration: 'age', pipeline: 'two' }), 'x0_y1'],
  ['that serves by class', star({ arbitration: 'priority', rounds: 2 }), 'x0_y1'],
  ['of a plane with one class', star({ planes: [[0], [1]], counters: false }), 'x0_y1'],
  ['in the middle of a mesh', mesh(3, 3, { depth: 2 }), 'x1_y1'],
  ['of a torus', mesh(4, 3, torus), 'x3_y0'],
]

const long = process.env['TESSERA_LONG'] === '1'

describe.each(samples)('a router %s', (_, description, name) => {
  let bench: RouterBench
  beforeAll(() => {
    bench = benchOf(description, name)
  })
  afterAll(() => {
    bench[Symbol.dispose]()
  })

  test('sends every packet where the routing function says: all inputs, virtual channels and targets', () => {
    const { network, index, plane } = bench
    const { vcsPerClass } = network.parameters
    const perLane = vcsPerClass / network.lanes
    const expected: string[] = []
    for (const input of network.routers[index]!.inputs.keys())
      for (let vc = 0; vc < plane.vcs; vc++)
        for (const { module, way } of targetsAt(network, index, input, laneOf(network, vc))) {
          const into = Math.floor(vc / vcsPerClass) * vcsPerClass + way.lane * perLane + (vc % perLane)
          const number = expected.push(`${input} ${vc} to ${module.name}: ${way.output} ${into}`) - 1
          bench.queues[input]![vc]!.push(...numbered(number, module.mod, network.chip, 1))
        }

    for (let cycle = 0; bench.left.length < expected.length && cycle < 20 * expected.length; cycle++) bench.step()

    const found = expected.map((text) => `${text.split(':')[0]!}: nowhere`)
    for (const { flit, output, vc } of bench.left) {
      const number = numberOf(flit)
      found[number] = `${expected[number]!.split(':')[0]!}: ${output} ${vc}`
    }
    expect(found).toEqual(expected)
    expect(expected.length).toBeGreaterThan(8)
  })

  test('lets each packet out once, intact, in one piece and in order, whatever stalls', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.2, max: 1, noNaN: true }), (seed, takes) => {
        randomTraffic(bench, seed, takes)
      }),
      { numRuns: long ? 100 : 2, seed: 1 },
    )
  })
})

/** Sends random packets through all virtual channels and checks what leaves. */
const randomTraffic = (bench: RouterBench, seed: number, takes: number): void => {
  const { network, index, plane } = bench
  const random = randomNumbers(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const sends = 0.3 + 0.7 * random()
  bench.sends = () => random() < sends
  bench.takes = () => random() < takes
  bench.left.length = 0
  const expected = new Map<string, bigint[]>()
  let flits = 0
  for (let number = 0; number < 100; number++) {
    const input = below(network.routers[index]!.inputs.length)
    const vc = below(plane.vcs)
    const targets = targetsAt(network, index, input, laneOf(network, vc))
    if (targets.length === 0) continue
    const { module, way } = targets[below(targets.length)]!
    // The number says where the packet came from, so that order per input and virtual channel can be seen.
    const one = numbered(number * 256 + input * 16 + vc, module.mod, network.chip, 1 + below(random() < 0.2 ? 20 : 4))
    bench.queues[input]![vc]!.push(...one)
    const key = `${input} ${vc} to ${way.output}`
    expected.set(key, [...(expected.get(key) ?? []), ...one])
    flits += one.length
  }

  for (let cycle = 0; bench.left.length < flits && cycle < 40 * flits; cycle++) bench.step()
  bench.run(5)

  const found = new Map<string, bigint[]>()
  const open = new Map<string, string>()
  for (const { output, vc, flit } of bench.left) {
    const channel = `${output} ${vc}`
    const from = numberOf(flit) % 256
    const key = open.get(channel) ?? `${from >> 4} ${from & 15} to ${output}`
    if (flit >> 137n === 1n) open.set(channel, key)
    else open.delete(channel)
    found.set(key, [...(found.get(key) ?? []), flit])
  }
  expect(found).toEqual(expected)
}

describe('time', () => {
  test.each([
    ['one', {}, 1],
    ['two', { pipeline: 'two' }, 2],
    ['one with registers at the outputs', { outputRegister: true }, 2],
  ] as const)('a flit passes a router of pipeline %s in time, and a stream at full rate', (_, choice, cycles) => {
    using bench = benchOf(star(choice), 'x0_y1')
    const { network, index } = bench
    const input = network.routers[index]!.inputs.findIndex(({ name }) => name === 'module0')
    const target = network.modules.find(({ name }) => name === 'pm2')!
    bench.queues[input]![0]!.push(...Array.from({ length: 40 }, (_, at) => numbered(at, target.mod, 0, 1)[0]!))

    bench.run(60)

    expect(bench.left.map(({ cycle }, at) => cycle - bench.sent[input]![0]![at]!)).toEqual(Array(40).fill(cycles))
    expect(bench.left.at(-1)!.cycle - bench.left[0]!.cycle).toBe(39)
  })

  test('a full packet through every input at once leaves every output without a gap', () => {
    using bench = benchOf(star({ counters: false }), 'x0_y1')
    const { network, index } = bench
    const node = network.routers[index]!
    // Module z sends to module z + 1, east to nobody: three streams that do not meet.
    const modules = network.modules.filter(({ router }) => router === index)
    modules.forEach((one, at) => {
      const input = node.inputs.findIndex(({ peer }) => peer.kind === 'module' && peer.module === one.index)
      bench.queues[input]![0]!.push(...numbered(at, modules[(at + 1) % 3]!.mod, 0, 30))
    })

    bench.run(32)

    expect(bench.left).toHaveLength(90)
  })

  test('a virtual channel that nobody empties stops no other one', () => {
    using bench = benchOf(star({ classes: 4, counters: false }), 'x0_y1')
    const { network, index } = bench
    const node = network.routers[index]!
    const target = network.modules.find(({ name }) => name === 'pm2')!
    bench.takes = (_, vc) => vc !== 1
    for (const input of node.inputs.keys())
      if (targetsAt(network, index, input, 0).some(({ module }) => module === target))
        for (let vc = 0; vc < 4; vc++) bench.queues[input]![vc]!.push(...numbered(vc, target.mod, 0, 20))

    bench.run(400)

    const perVc = [0, 1, 2, 3].map((vc) => bench.left.filter((one) => one.vc === vc).length)
    const senders = bench.left.filter(({ vc }) => vc === 0).length / 20
    expect(senders).toBeGreaterThanOrEqual(3)
    expect(perVc).toEqual([senders * 20, 4, senders * 20, senders * 20])
  })
})

/** Lets all inputs that lead to an output send packets of a length for ever; returns the flits of each. */
const compete = (bench: RouterBench, output: number, lengths: (place: number) => number, cycles: number) => {
  const { network, index } = bench
  const inputs = network.routers[index]!.inputs.flatMap((_, input) => {
    const there = targetsAt(network, index, input, 0).find(({ way }) => way.output === output)
    return there ? [{ input, mod: there.module.mod }] : []
  })
  for (let cycle = 0; cycle < cycles; cycle++) {
    inputs.forEach(({ input, mod }, place) => {
      if (bench.queues[input]![0]!.length < 4) bench.queues[input]![0]!.push(...numbered(input, mod, 0, lengths(place)))
    })
    bench.step()
  }
  const flits = new Map<number, number>()
  let from = 0
  let inside = false
  for (const { flit } of bench.left) {
    if (!inside) from = numberOf(flit)
    inside = flit >> 137n === 1n
    flits.set(from, (flits.get(from) ?? 0) + 1)
  }
  return inputs.map(({ input }) => ({ input, flits: flits.get(input) ?? 0 }))
}

describe('shares', () => {
  test.each([
    ['of single flits', () => 1],
    ['of mixed lengths', (place: number) => [1, 34, 5, 9, 2, 17][place]!],
  ])('sources have equal shares of an output, with packets %s', (_, lengths) => {
    using bench = benchOf(star({}), 'x0_y1')
    const { network, index } = bench
    const output = network.routers[index]!.outputs.findIndex(({ name }) => name === 'module0')

    const shares = compete(bench, output, lengths, 4000).map(
      ({ input, flits }) => flits / network.weight(index, input, output),
    )

    expect(bench.left.length).toBeGreaterThan(3990)
    expect(Math.max(...shares) / Math.min(...shares)).toBeLessThan(1.12)
  })

  test('shares follow the weights that registers give, and 0 counts as 1', () => {
    using bench = benchOf(star({}), 'x0_y1')
    const { network, index } = bench
    const output = network.routers[index]!.outputs.findIndex(({ name }) => name === 'module0')
    const weights = [0, 2, 8, 16, 3, 2]
    bench.weights((_, input) => weights[input]!)

    const found = compete(bench, output, (place) => [3, 1, 20, 4, 7, 2][place]!, 4000)

    const shares = found.map(({ input, flits }) => flits / Math.max(1, weights[input]!))
    expect(Math.max(...shares) / Math.min(...shares)).toBeLessThan(1.12)
  })
})

describe.each(['roundRobin', 'sourceWeighted', 'age', 'priority'] as const)('policy %s', (arbitration) => {
  test('serves a head within the bound that it states, whatever the others send', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        using bench = benchOf(star({ arbitration, counters: false, longestPacket: 12 }), 'x0_y1', 0, 8)
        const { network, index, plane } = bench
        const random = randomNumbers(seed)
        const output = network.routers[index]!.outputs.findIndex(({ name }) => name === 'module0')
        const waits = longestWait(bench, output, () => (random() < 0.5 ? 1 : 12))

        for (const { input, flits } of waits)
          expect(flits).toBeLessThanOrEqual(routerBound(network, index, plane, input, output))
        expect(Math.max(...waits.map(({ flits }) => flits))).toBeGreaterThan(8)
      }),
      { numRuns: long ? 20 : 1, seed: 1 },
    )
  })
})

/** The most flits of others in its virtual channel that a head at each input waited for. */
const longestWait = (bench: RouterBench, output: number, length: () => number) => {
  const { network, index } = bench
  const inputs = network.routers[index]!.inputs.flatMap((_, input) => {
    const there = targetsAt(network, index, input, 0).find(({ way }) => way.output === output)
    return there ? [{ input, mod: there.module.mod }] : []
  })
  const longest = new Map<number, number>(inputs.map(({ input }) => [input, 0]))
  const since = new Map<number, number>(inputs.map(({ input }) => [input, 0]))
  let from = 0
  let inside = false
  let seen = 0
  for (let cycle = 0; cycle < 1200; cycle++) {
    for (const { input, mod } of inputs)
      for (const vc of [0, 1])
        if (bench.queues[input]![vc]!.length < 4) bench.queues[input]![vc]!.push(...numbered(input, mod, 0, length()))
    bench.step()
    for (; seen < bench.left.length; seen++) {
      const { vc, flit } = bench.left[seen]!
      if (vc !== 0) continue
      if (!inside) {
        from = numberOf(flit)
        longest.set(from, Math.max(longest.get(from)!, since.get(from)!))
      }
      inside = flit >> 137n === 1n
      for (const { input } of inputs) since.set(input, input === from ? 0 : since.get(input)! + 1)
    }
  }
  return inputs.map(({ input }) => ({ input, flits: Math.max(longest.get(input)!, since.get(input)!) }))
}

describe('hostile traffic', () => {
  test('packets to ids that do not exist, and heads that look like anything, stop nobody', () => {
    using bench = benchOf(star({}), 'x0_y1')
    const { network, index } = bench
    const random = randomNumbers(3)
    const inputs = [...network.routers[index]!.inputs.keys()]
    let flits = 0
    for (const input of inputs)
      for (let number = 0; number < 60; number++) {
        const junk = numbered(
          number,
          Math.floor(random() * 256),
          Math.floor(random() * 64),
          1 + Math.floor(random() * 5),
        )
        bench.queues[input]![number % 2]!.push(...junk)
        flits += junk.length
      }
    for (let cycle = 0; bench.left.length < flits && cycle < 10_000; cycle++) bench.step()
    expect(bench.left).toHaveLength(flits)

    randomTraffic(bench, 4, 0.7)
  })
})
