/** P-4 of NoC section 11.1: what flits carry decides nothing about when and where they go. */
import { describe, expect, test } from 'vitest'
import { network } from '#hdl/noc'
import { type Carrier, compileNetwork, drawsOf, Exchange, flitWords, hardwareCarrier } from '#sim/traffic'
import { meshSystem, type NetworkChoice, planNetwork } from '#topology'

/** Bits of a head that are no data: length of a burst, ids, mode, burst, arq; of a continuation flit: burst, arq, bsel. */
const headControl = [0x1fff, 0, 0xf000_0000, 0xffff_ffff, 0x300]
const bodyControl = [0, 0, 0, 0, 0x3ff]

/** Runs a second network beside a first one, with the same packets but for their data; says where both part. */
const beside = (first: Carrier, second: Carrier, seed: number, control: readonly (readonly number[])[]) => {
  const draws = drawsOf(seed)
  const inside = new Uint8Array(first.offers.length)
  const differences: string[] = []
  let moved = 0
  let changed = 0
  const follow = (): void => {
    second.accepts.set(first.accepts)
    for (let stream = 0; stream < first.offers.length; stream++) {
      if (first.offers[stream] === 1 && second.offers[stream] === 0)
        for (let word = 0; word < flitWords; word++) {
          const kept = control[inside[stream] === 1 ? 1 : 0]![word]!
          const other = draws.below(2 ** 32) & ~kept & (word === 4 ? 0x3ff : -1)
          if (other !== 0) changed++
          second.offered[stream * flitWords + word] = first.offered[stream * flitWords + word]! ^ other
        }
      second.offers[stream] = first.offers[stream]!
    }
    first.cycle()
    second.cycle()
    for (let stream = 0; stream < first.offers.length; stream++) {
      if (first.taken[stream] !== second.taken[stream] || first.arrives[stream] !== second.arrives[stream])
        differences.push(`stream ${stream}`)
      if (first.taken[stream] === 1) {
        inside[stream] = (first.offered[stream * flitWords + 4]! >> 9) & 1
        second.offers[stream] = 0
      }
      moved += first.arrives[stream]!
    }
  }
  return { carrier: { ...first, cycle: follow }, differences, moved: () => moved, changed: () => changed }
}

const choices: readonly NetworkChoice[] = [
  { classes: 4 },
  { vcsPerClass: 2, depth: 4, rounds: 2, arbitration: 'age', pipeline: 'two' },
  { arbitration: 'priority', linkStages: 1 },
]

const compare = (choice: NetworkChoice, control: readonly (readonly number[])[]) => {
  const system = {
    ...meshSystem({ columns: 2, rows: 1, modulesPerRouter: 2 }),
    network: { counters: false, ...choice },
  }
  const plan = planNetwork(system)
  const compiled = compileNetwork(network(system), { modules: plan.modules.length, classes: plan.classes })
  const both = beside(hardwareCarrier(compiled), hardwareCarrier(compiled), 7, control)
  const draws = drawsOf(3)
  const exchange = new Exchange({
    carrier: both.carrier,
    network: plan,
    accept: (accepts) => {
      for (let stream = 0; stream < accepts.length; stream++) accepts[stream] = draws.happens(0.8) ? 1 : 0
    },
  })
  for (let packet = 0; packet < 1500; packet++)
    exchange.send(draws.below(4), draws.below(4), draws.below(plan.classes), draws.between(1, 7))
  exchange.drain(500)
  return { ...both, faults: exchange.faults, busy: exchange.busy }
}

describe('P-4: two networks that get the same packets with other data', () => {
  test.each(choices)('take and hand over flits in the same cycles: %j', (choice) => {
    const { differences, faults, busy, moved, changed } = compare(choice, [headControl, bodyControl])

    expect({ differences, faults, busy }).toEqual({ differences: [], faults: [], busy: false })
    expect(moved()).toBeGreaterThan(5000)
    expect(changed()).toBeGreaterThan(10_000)
  })

  test('part where bits that are no data differ: the modules that the packets are for', () => {
    const withoutTarget = headControl.map((bits, word) => (word === 3 ? bits & ~(0x24 << 10) : bits))

    expect(compare({}, [withoutTarget, bodyControl]).differences).not.toEqual([])
  })
})
