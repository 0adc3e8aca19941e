/** Properties of NoC section 11.1 proved on small parts of the network; `npm run prove` proves the real ones. */
import { describe, expect, test } from 'vitest'
import type { Design } from '#ir'
import { prove, replay } from '#sim/prove'
import { turnsProof, weightsProof } from './proofs/arbiter-rules.ts'
import { altered } from './proofs/faults.ts'
import { provedBuffer, propertiesOf, smallestRouter } from './proofs/obligations.ts'
import { routerProof } from './proofs/router-rules.ts'

const smallest = (): Design => {
  const { network, index } = smallestRouter()
  return routerProof(network, index, network.planes[0]!)
}

/** The design in which the registers of a name begin with 1. Everything is copied once, for signals are known by identity. */
const begunWith1 = (design: Design, name: string): Design => {
  const copies = new Map<object, object>()
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
    if (!isPlain || (value as { kind?: string }).kind === 'domain') return value
    const known = copies.get(value)
    if (known) return known
    const made: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {}
    copies.set(value, made)
    for (const [key, one] of Object.entries(value)) (made as Record<string, unknown>)[key] = copy(one)
    const signal = made as { kind?: string; name?: string; reset?: bigint }
    if (signal.kind === 'signal' && signal.name === name) signal.reset = 1n
    return made
  }
  return copy(design) as Design
}

test.each([
  ['a router of two modules and two classes, whatever its buffers show', smallest],
  ['a buffer of two virtual channels of two flits, whatever comes', () => provedBuffer(2)],
  ['three requesters in turn', () => turnsProof(3)],
  ['weights 1 and 2, packets of up to two flits', () => weightsProof([1, 2], 2)],
] as const)(
  'all properties hold, and what they speak of happens: %s',
  async (_, design) => {
    const { verdicts } = await prove(design(), { together: true })

    expect(verdicts.filter(({ verdict }) => verdict !== 'proved' && verdict !== 'reached')).toEqual([])
    expect(verdicts.filter(({ verdict }) => verdict === 'reached')).not.toEqual([])
  },
  300_000,
)

describe('a fault is found, and its run shows it again:', () => {
  test.each([
    [
      'P-2',
      'a flit stays in its buffer when it leaves',
      /^P-1, P-2: what is taken of module0 0/,
      () => altered(smallest(), /^router_/, /^buffer_module0_take$/, (right, { number }) => number(right.bits, 0)),
    ],
    [
      'P-5',
      'a packet goes where its head does not want to',
      /^P-5: only packets for output 0 0/,
      () => altered(smallest(), /^router_/, /^wants_module0_0_\d$/, (right, { not }) => not(right)),
    ],
    [
      'P-6',
      'a lock is released at the second flit',
      /held from head to tail/,
      () => altered(smallest(), /^router_/, /^held_/, (right, { and, not }, target) => and(right, not(target))),
    ],
    [
      'P-9',
      'a buffer has room for one flit too many',
      /gets flits only when there is room/,
      () => altered(provedBuffer(2), /^vc_buffer_/, /^room_0$/, (_, { number }) => number(1, 1)),
    ],
    [
      'P-10',
      'a flit leaves at two outputs',
      /^one flit leaves input 0/,
      () => altered(smallest(), /^router_/, /^wants_module0_0_\d$/, (_, { number }) => number(1, 1)),
    ],
    [
      'P-11',
      'turns move without a grant',
      /^P-11: requester 0/,
      () =>
        altered(turnsProof(3), /^least_recent_/, /^first_/, (right, { mux, any, not, signal }, target) =>
          mux(any(signal('served')), right, not(target)),
        ),
    ],
    [
      'P-13',
      'a lock is there after reset',
      /no packet is under way after reset/,
      () => begunWith1(smallest(), 'held_0_0'),
    ],
  ] as const)(
    '%s, %s',
    async (property, _, sentence, faulty) => {
      const design = faulty()
      const { verdicts } = await prove(design, { only: (text) => sentence.test(text), secondsPerProperty: 60 })
      const found = verdicts.find(({ verdict }) => verdict === 'refuted')

      expect(found?.example).toBeDefined()
      expect(propertiesOf(found!.sentence)).toContain(property)
      expect(replay(design, found!.example!).map((one) => one.sentence)).toContain(found!.sentence)
    },
    120_000,
  )
})
