import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkDesign } from '#check'
import { assign, design, domain, mainDomain, module, operation, register, wire } from '../support/nodes.ts'

const size = 9
const clocks = [mainDomain, domain('pixel'), domain('audio')]

/** What each signal is: a wire, or a register of a domain; and what it is computed from. */
const designs = fc.array(
  fc.record({ kind: fc.nat(clocks.length), from: fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }) }),
  { minLength: size, maxLength: size },
)

test('a crossing is told for every register and every other domain that reaches it through wires', () => {
  fc.assert(
    fc.property(designs, (parts) => {
      const signals = parts.map(({ kind }, index) =>
        kind === 0 ? wire(`s${index}`) : register(`s${index}`, 1, { domain: clocks[kind - 1] }),
      )
      const body = parts.flatMap(({ from }, index) => {
        const [target, sources] = [signals[index], signals.filter((_, each) => from.includes(each))]
        return target === undefined || from.length === 0 ? [] : [assign(target, operation('cat', sources, 1))]
      })

      const found = checkDesign(design(module('top', { signals, body }))).filter(({ code }) => code === 'HDL-0501')

      // the domains that reach a signal, by following wires backwards one by one
      const domainsBehind = (index: number, seen: ReadonlySet<number>): ReadonlySet<number> => {
        const { kind, from } = parts[index] ?? { kind: 0, from: [] }
        if (kind > 0) return new Set([kind])
        if (seen.has(index)) return new Set()
        return new Set(from.flatMap((source) => [...domainsBehind(source, new Set([...seen, index]))]))
      }
      const expected = parts.flatMap(({ kind, from }) =>
        kind === 0
          ? []
          : [...new Set(from.flatMap((source) => [...domainsBehind(source, new Set())]))].filter(
              (other) => other !== kind,
            ),
      )
      expect(found).toHaveLength(expected.length)
    }),
    { seed: 1, numRuns: 500 },
  )
})
