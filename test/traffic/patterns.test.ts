import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrivals, chooser, drawsOf, lengthOf, orderOf, type Pattern, patternNames } from '#sim/traffic'
import { meshSystem, planNetwork, starmesh2x2x3 } from '#topology'

const mesh = (columns: number, rows: number, modulesPerRouter = 1) =>
  planNetwork(meshSystem({ columns, rows, modulesPerRouter }))

/** Targets of all modules in the order of the patterns, as places in that order; -1 where nothing is sent. */
const targetsOf = (pattern: Pattern, network: ReturnType<typeof mesh>, seed = 1): readonly number[] => {
  const choose = chooser(pattern, network, drawsOf)
  const draws = drawsOf(seed)
  const order = orderOf(network).map(({ module }) => module)
  return order.map((module) => order.indexOf(choose(module, draws) ?? -1))
}

describe('patterns on a 4x4 mesh', () => {
  const network = mesh(4, 4)

  test('transpose mirrors at the diagonal, whose modules send nothing', () => {
    expect(targetsOf({ kind: 'transpose' }, network)).toEqual([-1, 4, 8, 12, 1, -1, 9, 13, 2, 6, -1, 14, 3, 7, 11, -1])
  })

  test('bitComplement sends to the opposite corner', () => {
    expect(targetsOf({ kind: 'bitComplement' }, network)).toEqual([
      15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
    ])
  })

  test('bitReverse reverses, shuffle rotates the bits of a place', () => {
    expect(targetsOf({ kind: 'bitReverse' }, network)).toEqual([
      -1, 8, 4, 12, 2, 10, -1, 14, 1, -1, 5, 13, 3, 11, 7, -1,
    ])
    expect(targetsOf({ kind: 'shuffle' }, network)).toEqual([-1, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, -1])
  })

  test('neighbour and tornado go east, around the edge', () => {
    expect(targetsOf({ kind: 'neighbour' }, network).slice(0, 4)).toEqual([1, 2, 3, 0])
    expect(targetsOf({ kind: 'tornado' }, network).slice(4, 8)).toEqual([5, 6, 7, 4])
    expect(targetsOf({ kind: 'tornado' }, mesh(5, 1))).toEqual([2, 3, 4, 0, 1])
  })

  test('hotspot sends to one module, which sends nothing', () => {
    const module = orderOf(network)[5]!.module

    expect(targetsOf({ kind: 'hotspot', module }, network)).toEqual(
      Array.from({ length: 16 }, (_, i) => (i === 5 ? -1 : 5)),
    )
  })

  test('permutations hit every module once and nobody itself', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const targets = targetsOf({ kind: 'permutation', seed }, network)

        expect([...targets].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i))
        expect(targets.every((target, index) => target !== index)).toBe(true)
      }),
    )
  })

  test('nobody sends to itself, and the same seed draws the same targets', () => {
    const square = mesh(8, 8)
    for (const kind of patternNames) {
      const choose = chooser({ kind }, square, drawsOf)
      const run = () => {
        const draws = drawsOf(3)
        return square.modules.flatMap(({ index }) => (index < 64 ? [choose(index, draws)] : []))
      }

      expect(run()).toEqual(run())
      expect(run().every((target, index) => target !== index)).toBe(true)
    }
  })
})

describe('patterns that do not fit', () => {
  test.each([
    [{ kind: 'bitReverse' }, 'bitReverse needs 2, 4, 8 ... modules, the network has 12'],
    [{ kind: 'taper' }, 'taper is made for 64 modules, the network has 12'],
    [{ kind: 'hotspot', module: 12 }, 'hotspot names module 12, the network has 0 to 11'],
  ] as const)('%j says what it needs', (pattern, text) => {
    expect(() => targetsOf(pattern, planNetwork(starmesh2x2x3))).toThrow(text)
  })
})

describe('arrivals', () => {
  test('a rate is met, for single flits, mixed lengths and long packets', () => {
    for (const lengths of [1, 'bimodal', 33] as const) {
      const draws = drawsOf(5)
      const arrives = arrivals('bernoulli', 0.4, lengths, draws)
      let flits = 0
      for (let cycle = 0; cycle < 400_000; cycle++) if (arrives()) flits += lengthOf(lengths, draws)

      expect(Math.abs(flits / 400_000 - 0.4)).toBeLessThan(0.02)
    }
  })

  test('bursts are on for a fifth of the time, at full rate', () => {
    const arrives = arrivals('onOff', 1, 1, drawsOf(5))
    let [flits, runs, before] = [0, 0, false]
    for (let cycle = 0; cycle < 1_000_000; cycle++) {
      const now = arrives()
      if (now) flits++
      if (now && !before) runs++
      before = now
    }

    expect(Math.abs(flits / 1_000_000 - 0.2)).toBeLessThan(0.02)
    expect(Math.abs(flits / runs - 200)).toBeLessThan(20)
  })
})
