/** Random system calls, most of which find what they name. */
import fc from 'fast-check'
import type { Activity } from '../../src/kernel/activity.ts'
import type { ObjectKind } from '../../src/kernel/objects.ts'
import { encodeRequest, systemCalls } from '../../src/kernel/system-calls.ts'

/** A call whose selectors are chosen when it is made, among those that fit by then. */
export type PlannedCall = (caller: Activity) => Uint8Array

const permissions = fc.integer({ min: 0, max: 7 })
const nothing = 0xffffn

/** A selector of a capability of this kind, now and then of another one. */
const existing = (kind: ObjectKind | 'gate') =>
  fc.tuple(fc.nat(), fc.integer({ min: 0, max: 9 })).map(([pick, luck]) => (caller: Activity): bigint => {
    const fits = caller.table.all().filter(({ object, selector }) => {
      if (luck === 0) return selector > 2n
      if (kind === 'gate') return ['rgate', 'sgate', 'mgate'].includes(object.kind)
      return object.kind === kind
    })
    return fits[pick % Math.max(1, fits.length)]?.selector ?? nothing
  })

const free = fc.bigInt(20n, 60n)

/** A call made of fixed parts and parts that depend on the caller. */
const plan = <T>(
  parts: fc.Arbitrary<T>,
  encode: (parts: T, caller: Activity) => Uint8Array,
): fc.Arbitrary<PlannedCall> => parts.map((values) => (caller) => encode(values, caller))

const range = fc.record({ start: existing('gate'), count: fc.constantFrom(1n, 1n, 1n, 3n, 1n << 62n) })

/** Calls that create, copy, activate and revoke. */
export const usefulCall: fc.Arbitrary<PlannedCall> = fc.oneof(
  plan(fc.record({ dst: free, messageOrder: fc.constantFrom(6, 7) }), ({ dst, messageOrder }) =>
    encodeRequest(systemCalls.createRgate, { dst, order: 7, messageOrder }),
  ),
  plan(
    fc.record({ dst: free, rgate: existing('rgate'), label: fc.bigInt(0n, 255n), credits: fc.constantFrom(1, 2, 63) }),
    ({ rgate, ...rest }, caller) => encodeRequest(systemCalls.createSgate, { ...rest, rgate: rgate(caller) }),
  ),
  plan(
    fc.record({ dst: free, act: existing('activity'), size: fc.constantFrom(0x1000, 0x4000), permissions }),
    ({ act, ...rest }, caller) =>
      encodeRequest(systemCalls.createMgate, { ...rest, act: act(caller), address: 0x1000_4000 }),
  ),
  plan(
    fc.record({
      act: existing('activity'),
      dst: free,
      src: existing('mgate'),
      permissions,
      offset: fc.constantFrom(0, 0x800, 0x1000),
      size: fc.constantFrom(0x800, 0x1000),
    }),
    ({ act, src, ...rest }, caller) =>
      encodeRequest(systemCalls.deriveMem, { ...rest, act: act(caller), src: src(caller) }),
  ),
  plan(
    fc.record({
      dst: free,
      act: existing('activity'),
      ep: fc.constantFrom(0xffff, 0xffff, 20),
      replies: fc.constantFrom(0, 0, 1, 2),
    }),
    ({ act, ...rest }, caller) => encodeRequest(systemCalls.allocEp, { ...rest, act: act(caller) }),
  ),
  {
    weight: 3,
    arbitrary: plan(fc.record({ ep: existing('ep'), gate: existing('gate') }), ({ ep, gate }, caller): Uint8Array => {
      const selector = gate(caller)
      const bufferOffset = caller.table.get(selector)?.object.kind === 'rgate' ? 0x1003_2000 : 0
      return encodeRequest(systemCalls.activate, {
        ep: ep(caller),
        gate: selector,
        bufferMemory: nothing,
        bufferOffset,
      })
    }),
  },
  {
    weight: 2,
    arbitrary: plan(
      fc.record({ act: existing('activity'), range, other: free, obtain: fc.boolean() }),
      ({ act, range: { start, count }, other, obtain }, caller) =>
        encodeRequest(systemCalls.exchange, { act: act(caller), own: { start: start(caller), count }, other, obtain }),
    ),
  },
  plan(
    fc.record({ act: existing('activity'), range, own: fc.boolean() }),
    ({ act, range: { start, count }, own }, caller) =>
      encodeRequest(systemCalls.revoke, { act: act(caller), range: { start: start(caller), count }, own }),
  ),
)

const anyWord = fc.oneof(fc.bigInt(0n, 16n), fc.bigInt(0n, (1n << 64n) - 1n), fc.constant(nothing))

/** Messages of any content: mostly a known opcode with words that mean little, of any length. */
export const anyMessage: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.oneof(fc.bigInt(0n, 40n), anyWord), fc.array(anyWord, { maxLength: 40 }))
      .map(([opcode, rest]) => new Uint8Array(BigUint64Array.from([opcode, ...rest]).buffer)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 480 }) },
)
