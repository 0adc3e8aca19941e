import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign, at, design, literal, module, operation, wire } from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0206')

const size = 7

/** For every signal the signals that it is computed from. */
const graphs = fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 2 }), { minLength: size, maxLength: size })

/** The fewest steps from a signal back to itself, and which signals reach which: tried one by one. */
const distances = (sources: readonly (readonly number[])[]): readonly (readonly number[])[] => {
  const steps = sources.map((_, from) => sources.map((of) => (of.includes(from) ? 1 : Infinity)))
  const step = (from: number, to: number): number => steps[from]?.[to] ?? Infinity
  for (let over = 0; over < size; over++) {
    for (const [from, row] of steps.entries()) {
      for (const to of row.keys()) row[to] = Math.min(step(from, to), step(from, over) + step(over, to))
    }
  }
  return steps
}

test('of every group of signals that reach each other one shortest loop is told', () => {
  fc.assert(
    fc.property(graphs, (sources) => {
      const signals = sources.map((_, index) => wire(`wire_${index}`))
      const values = sources.map((of) =>
        operation('cat', [literal(1, 0), ...signals.filter((_, index) => of.includes(index))], 1),
      )
      const body = signals.map((signal, index) => assign(signal, values[index] ?? signal, index + 1))

      const found = checkDesign(design(module('top', { signals, body })))

      const steps = distances(sources)
      const looped = signals.flatMap((_, index) => (Number.isFinite(steps[index]?.[index]) ? [index] : []))
      const groups = new Map<string, number[]>()
      for (const index of looped) {
        const key = looped
          .filter((other) => Number.isFinite((steps[index]?.[other] ?? 0) + (steps[other]?.[index] ?? 0)))
          .join()
        groups.set(key, [...(groups.get(key) ?? []), steps[index]?.[index] ?? 0])
      }
      const shortest = [...groups.values()].map((lengths) => Math.min(...lengths))
      expect(found.map(({ also }) => also.length + 1).toSorted()).toEqual(shortest.toSorted())
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('every hop of a loop follows the one before', () => {
  fc.assert(
    fc.property(graphs, (sources) => {
      const signals = sources.map((_, index) => wire(`wire_${index}`, 1, { origin: at(index) }))
      const body = signals.map((signal, index) =>
        assign(
          signal,
          operation(
            'cat',
            signals.filter((_, from) => sources[index]?.includes(from)),
            1,
          ),
          index,
        ),
      )

      const found = checkDesign(design(module('top', { signals, body }))).filter(({ code }) => code === 'HDL-0206')

      for (const { at: first, also } of found) {
        const lines = [first, ...also].map(({ origin }) => origin.places[0]?.line ?? -1)
        for (const [index, line] of lines.entries()) {
          expect(sources[line]).toContain(lines.at(index - 1))
        }
      }
    }),
    { seed: 1, numRuns: 500 },
  )
})
