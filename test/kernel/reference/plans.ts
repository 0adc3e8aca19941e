/** Random system calls that mostly find what they name, chosen from the plain state when their turn comes. */
import fc from 'fast-check'
import type { Name, Offer, Request } from './rules.ts'
import type { Actor, Kind, State } from './state.ts'

/** A call that is ready to be made. */
export interface PlannedCall {
  readonly name: Name
  readonly request: Request<Name>
  readonly offer: Offer
}

/** Depends on what is there by then; prints as its name. */
export interface Plan {
  readonly make: (state: State, caller: Actor) => PlannedCall
}

const none = 0xffffn
type Choose = (state: State, caller: Actor) => bigint

/** A selector of the caller's of something of this kind; now and then of anything. */
const some = (...kinds: readonly (Kind | 'gate')[]): fc.Arbitrary<Choose> =>
  fc.tuple(fc.nat(50), fc.integer({ min: 0, max: 11 })).map(([pick, luck]) => (state, caller) => {
    const wanted = kinds.flatMap((kind) => (kind === 'gate' ? ['rgate', 'sgate', 'mgate'] : [kind]))
    const own = state.caps.filter(({ owner }) => owner === caller)
    const fits = own.filter(({ thing }) => luck === 0 || wanted.includes(thing.kind))
    return luck === 1 ? none : (fits[pick % Math.max(1, fits.length)]?.selector ?? none)
  })

const free = fc.bigInt(20n, 45n)
const range = fc.record({
  start: some('gate', 'ep', 'kmem', 'tile', 'serv', 'sess'),
  count: fc.constantFrom(1n, 1n, 1n, 3n),
})
const permissions = fc.integer({ min: 0, max: 7 })
const nothing: Offer = { start: 0n, count: 0n }

/** Fields that are fixed, and fields that are chosen when the call is made. */
const plan = <N extends Name>(
  name: N,
  fields: { readonly [F in keyof Request<N>]: fc.Arbitrary<Request<N>[F] | Choose> },
  offer: fc.Arbitrary<Offer> = fc.constant(nothing),
): fc.Arbitrary<Plan> =>
  fc
    .record({ values: fc.record(fields as Record<string, fc.Arbitrary<unknown>>), offer })
    .map(({ values, offer: offered }) =>
      titled(name, (state, caller) => {
        const chosen = Object.entries(values).map(([field, value]) => [
          field,
          typeof value === 'function' ? (value as Choose)(state, caller) : value,
        ])
        return { name, request: Object.fromEntries(chosen) as Request<N>, offer: offered }
      }),
    )

/** Lets a plan print as its name; the error of a failed run lists the calls that were made. */
const titled = (name: Name, make: Plan['make']): Plan => ({ make, ...{ [fc.toStringMethod]: () => name } })

/** A range whose start is chosen, as one field. */
const chosenRange = range.map(
  ({ start, count }) =>
    (state: State, caller: Actor) =>
      ({ type: 'object' as const, start: start(state, caller), count }) as unknown as bigint,
)

const act = some('activity')
const constant = fc.constant
const gate = some('gate')

/** `activate` with the buffer that a receive gate needs, or none, or a wrong one. */
const activate: fc.Arbitrary<Plan> = fc
  .record({ ep: some('ep'), gate, luck: fc.integer({ min: 0, max: 9 }) })
  .map(({ ep, gate: choose, luck }) =>
    titled('activate', (state, caller) => {
      const selector = choose(state, caller)
      const isReceive = state.at(caller, selector)?.thing.kind === 'rgate'
      const bufferOffset = isReceive !== (luck === 0) ? 0x1003_2000n : 0n
      const request = { ep: ep(state, caller), gate: selector, bufferMemory: luck === 1 ? 3n : none, bufferOffset }
      return { name: 'activate', request, offer: nothing }
    }),
  )

const calls: readonly (fc.Arbitrary<Plan> | fc.WeightedArbitrary<Plan>)[] = [
  plan('createRgate', { dst: free, order: constant(7n), messageOrder: fc.constantFrom(6n, 7n, 8n) }),
  plan('createSgate', {
    dst: free,
    rgate: some('rgate'),
    label: fc.bigInt(0n, 9n),
    credits: fc.constantFrom(1n, 63n, 64n),
  }),
  plan('createMgate', {
    ...{ dst: free, act, permissions },
    ...{ address: fc.constantFrom(0x1000_4000n, 0x1000_4001n), size: fc.constantFrom(0x1000n, 0x4000n, 0n) },
  }),
  plan('createSem', { dst: free, value: fc.bigInt(0n, 2n) }),
  {
    weight: 2,
    arbitrary: plan('createSrv', {
      dst: free,
      rgate: some('rgate'),
      creator: fc.bigInt(0n, 1n),
      name: fc.constantFrom('s', 's', ''),
    }),
  },
  {
    weight: 2,
    arbitrary: plan('createSess', {
      dst: free,
      srv: some('serv'),
      creator: fc.bigInt(0n, 1n),
      ident: fc.bigInt(0n, 2n),
      autoClose: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: plan('getSess', { srv: some('serv'), act, dst: free, sid: fc.bigInt(0n, 2n) }) },
  {
    weight: 2,
    arbitrary: plan(
      'exchangeSess',
      {
        ...{ act, sess: some('sess'), obtain: fc.boolean(), bytes: fc.constantFrom(0n, 16n, 65n) },
        ...{
          range: fc.record({ type: constant('object' as const), start: free, count: fc.bigInt(1n, 3n) }),
          args: constant([]),
        },
      },
      fc.record({ start: free, count: fc.bigInt(1n, 3n) }),
    ),
  },
  {
    weight: 2,
    arbitrary: plan('allocEp', {
      ...{ dst: free, act, ep: fc.constantFrom(none, none, 20n, 127n, 3n) },
      replies: fc.constantFrom(0n, 0n, 1n, 2n, 33n),
    }),
  },
  { weight: 6, arbitrary: activate },
  plan('deriveMem', {
    ...{ act, dst: free, src: some('mgate'), permissions },
    ...{ offset: fc.constantFrom(0n, 0x800n, 0x1000n), size: fc.constantFrom(0x800n, 0x1000n, 0n) },
  }),
  plan('deriveKmem', { kmem: some('kmem'), dst: free, quota: fc.constantFrom(0n, 500n, 3000n, 1n << 40n) }),
  plan('deriveTile', {
    tile: some('tile'),
    dst: free,
    eps: fc.constantFrom(undefined, 0n, 10n, 90n),
    time: constant(undefined),
    pts: constant(undefined),
  }),
  { weight: 2, arbitrary: plan('semCtrl', { sem: some('semaphore'), op: fc.constantFrom(0, 1, 1) }) },
  { weight: 4, arbitrary: plan('exchange', { act, own: chosenRange, other: free, obtain: fc.boolean() }) },
  { weight: 3, arbitrary: plan('revoke', { act, range: chosenRange, own: fc.boolean() }) },
  plan('noop', {}),
]

/** Any call but the end of an activity. */
export const anyCall: fc.Arbitrary<Plan> = fc.oneof(...calls)

/** The end of an activity, by itself or by another one. */
export const anyStop: fc.Arbitrary<Plan> = plan('actCtrl', { act, op: fc.constantFrom(0, 1, 2, 2), arg: constant(0n) })
