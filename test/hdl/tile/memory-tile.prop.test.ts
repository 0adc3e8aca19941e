/** NoC section 14, T-11: memory tiles against an array of bytes, with the order of section 7.2. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { registers } from '#layout'
import { pump, simulate } from '#sim/simulate'
import { AxiSubordinate } from './support/axi-subordinate.ts'
import { axiBench, ramBench, tileDescriptor, tileMod } from './support/memory-bench.ts'
import {
  bypassOf,
  commands,
  flitsOf,
  head,
  type Range,
  type Request,
  serve,
  type Traffic,
} from './support/memory-traffic.ts'
import { readAnswers, registerReturn } from './support/read-answers.ts'

/** Begins above 0, so that there is memory neither below nor above it. */
const range: Range = { base: 0x2000, bytes: 8192 }
const half = range.bytes / 2
const parametersOf = { memoryBase: range.base, memoryBytes: range.bytes }

const sources = fc.constantFrom(0x06, 0x25, 0x00, 0x20)
const sizes = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 17 }) },
  { weight: 2, arbitrary: fc.integer({ min: 18, max: 200 }) },
  { weight: 1, arbitrary: fc.constantFrom(511, 512, 513, 528, 1024, 1100, 1537) },
)

/** Addresses in one half of the memory, often the same ones, or around and beyond the ends of all of it. */
const addresses = (which: number, outside: boolean) => {
  const begin = range.base + which * half
  const within = fc.oneof(
    fc.integer({ min: begin, max: begin + 64 }),
    fc.integer({ min: begin, max: begin + half - 1700 }),
  )
  if (!outside) return within
  const end = range.base + range.bytes
  return fc.oneof(
    { weight: 9, arbitrary: within },
    { weight: 1, arbitrary: fc.constantFrom(0, range.base - 1, end - 1, end, end + 1, 0x8000_0000, 0xefff_ffff) },
  )
}

/** A range at the end belongs to the upper half: for the other class it has to leave the memory. */
const staysOrLeaves = (which: number, address: number, size: number): boolean => {
  const begin = range.base + which * half
  const isOwn = address >= begin && address + size <= begin + half
  return isOwn || address < range.base || address + size > range.base + range.bytes
}

const requests = (which: number, traffic: Traffic, aborts: boolean, outside = true): fc.Arbitrary<Request> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .record({
          kind: fc.constant('read' as const),
          from: sources,
          address: addresses(which, outside),
          size: sizes,
          to: fc.integer({ min: 0, max: 0x7fff_ffff }),
        })
        .filter(({ address, size }) => staysOrLeaves(which, address, size)),
    },
    {
      weight: 8,
      arbitrary: fc
        .record({
          kind: fc.constant('write' as const),
          from: sources,
          address: addresses(which, outside),
          lane: fc.nat(15),
          data: sizes.chain((size) =>
            fc.array(fc.nat(255), { minLength: Math.min(size, 520), maxLength: Math.min(size, 520) }),
          ),
          abort: aborts ? fc.option(fc.nat(3), { nil: undefined, freq: 6 }) : fc.constant(undefined),
          single: fc.boolean(),
        })
        .filter(({ address, data }) => staysOrLeaves(which, address, data.length))
        .map(({ abort, single, ...write }) => {
          const isSingle = single && write.data.length <= 8 && (write.lane % 8) + write.data.length <= 8
          return isSingle || abort === undefined
            ? { ...write, form: isSingle ? ('single' as const) : ('burst' as const) }
            : { ...write, form: 'burst' as const, abortAfter: abort }
        })
        .filter((write) => write.form === 'single' || write.data.length > 0),
    },
    { weight: 1, arbitrary: oddRequests(traffic) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('register' as const),
        from: sources,
        offset: fc.constantFrom(registers.TILE_DESC, 0x48, 0x2000),
        to: fc.constant(registerReturn),
      }),
    },
  )

/** Packets that are dropped and counted: TCU section 7.4 and 7.5. */
const oddRequests = ({ read, write, data }: Traffic): fc.Arbitrary<Request> =>
  fc
    .constantFrom(
      head({ mode: read, address: range.base, data0: 5n }),
      head({ mode: read, address: 0xf000_0008, data0: 4n << 32n }),
      head({ mode: write, address: range.base, bsel: 0x00 }),
      head({ mode: write, address: range.base, bsel: 0x05 }),
      head({ mode: write, address: 0xf000_0004, bsel: 0xff }),
      head({ mode: data, address: range.base }),
      head({ mode: 3, address: 0 }),
      head({ mode: 9, address: 0 }),
      head({ mode: 15, address: 0 }),
    )
    .map((flit) => ({ kind: 'odd' as const, flits: [flit], packets: 1 }))

const registerValue = (offset: number): bigint => (offset === registers.TILE_DESC ? tileDescriptor : 0n)

interface Case {
  readonly commands: readonly Request[]
  readonly bypass: readonly Request[]
  readonly seed: number
  readonly stalls: 'none' | 'random'
}

const cases = (traffics: readonly Traffic[], aborts: boolean, outside = true): fc.Arbitrary<Case> =>
  fc.record({
    commands: fc.array(requests(0, commands, aborts, outside), { maxLength: 24 }),
    bypass:
      traffics.length === 1 ? fc.constant([]) : fc.array(requests(1, traffics[1]!, aborts, outside), { maxLength: 24 }),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    stalls: fc.constantFrom('none', 'random'),
  })

const fill = (seed: number): Uint8Array =>
  Uint8Array.from({ length: range.bytes }, (_, index) => ((index * 2654435761 + seed * 97) >>> 13) & 0xff)

const lineAt = (bytes: Uint8Array, line: number): bigint =>
  bytes.subarray(16 * line, 16 * line + 16).reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n)

/** Sends the packets of a case, and compares what comes back, class by class, and the memory afterwards. */
const compare = (
  sim: Pumped,
  traffics: readonly Traffic[],
  given: Case,
  before: Uint8Array,
  after: () => Uint8Array,
  isBad?: (address: number) => boolean,
): void => {
  const expectedMemory = before.slice()
  const perClass = [given.commands, given.bypass].slice(0, traffics.length)
  const expected = perClass.map((list, index) =>
    serve(list, traffics[index]!, range, expectedMemory, isBad, registerValue),
  )

  const { answers } = pump(
    sim as never,
    {
      requests: perClass.map((list, index) => list.flatMap((one) => flitsOf(one, traffics[index]!))),
      stalls: given.stalls,
      seed: given.seed,
    } as never,
  ) as unknown as { answers: bigint[][] }

  answers.forEach((flits, index) => {
    const received = readAnswers(flits, tileMod)
    expect(received.acknowledgements).toEqual(expected[index]!.acknowledgements)
    expect(received.answers).toEqual(expected[index]!.answers)
  })
  expect(Buffer.compare(after(), expectedMemory)).toBe(0)
  const { droppedFlits, droppedPackets } = expected.reduce((sum, one) => ({
    ...sum,
    droppedFlits: sum.droppedFlits + one.droppedFlits,
    droppedPackets: sum.droppedPackets + one.droppedPackets,
  }))
  expect([sim.peek('tile.tcu.droppedFlits'), sim.peek('tile.tcu.droppedPackets')]).toEqual([
    droppedFlits,
    droppedPackets,
  ])
}
interface Pumped {
  peek(name: string): unknown
}

describe.each([
  ['commands alone', 'none', 1],
  ['commands alone, five cycles away', 'none', 5],
  ['both pairs of classes', 'posted', 1],
  ['both pairs of classes, writes of cores acknowledged, twenty cycles away', 'acknowledged', 20],
] as const)('an on-chip memory tile with %s', (_, bypass, latency) => {
  const traffics = bypass === 'none' ? [commands] : [commands, bypassOf(bypass === 'acknowledged')]
  const design = ramBench({ ...parametersOf, bypass, latency })

  test('reads and writes like an array of bytes, in the order of the requests', () => {
    fc.assert(
      fc.property(cases(traffics, true), (given) => {
        using sim = simulate(design, { watch: 'ports' })
        const store = sim.memory('tile.ram.store')
        const before = fill(given.seed)
        for (let line = 0; line < range.bytes / 16; line++) store.write(line, lineAt(before, line))

        compare(sim, traffics, given, before, () =>
          Uint8Array.from(
            Array.from({ length: range.bytes }, (_, byte) =>
              Number((BigInt(store.read(byte >> 4) as bigint) >> BigInt(8 * (byte & 15))) & 0xffn),
            ),
          ),
        )
      }),
      { seed: 1, numRuns: 25 },
    )
  })
})

describe.each([
  ['128 bits, commands alone', 128, 'none'],
  ['128 bits, both pairs of classes', 128, 'posted'],
  ['64 bits, both pairs of classes, writes of cores acknowledged', 64, 'acknowledged'],
] as const)('a memory tile before AXI4 of %s', (_, dataBits, bypass) => {
  const traffics = bypass === 'none' ? [commands] : [commands, bypassOf(bypass === 'acknowledged')]
  const design = axiBench({ ...parametersOf, dataBits, bypass })
  const run = (given: Case, isBad?: (address: number) => boolean): void => {
    using sim = simulate(design, { watch: 'ports' })
    const before = fill(given.seed)
    const subordinate = new AxiSubordinate(sim.io.bus, range.base, before.slice(), {
      wordBytes: dataBits / 8,
      seed: given.seed,
      latency: [1, 20],
      stalls: given.stalls === 'none' ? 0 : 0.3,
      isBad: isBad ?? (() => false),
    })
    sim.attach(subordinate)
    compare(sim, traffics, given, before, () => subordinate.bytes, isBad)
  }

  test('reads and writes like an array of bytes, in the order of the requests', () => {
    fc.assert(
      fc.property(cases(traffics, true), (given) => run(given)),
      { seed: 2, numRuns: 25 },
    )
  })

  test('tells of every error of the memory, and stores nothing there', () => {
    const isBad = (address: number): boolean => (address >> 8) % 3 === 1
    fc.assert(
      fc.property(cases(traffics, false, false), (given) => run(given, isBad)),
      { seed: 3, numRuns: 25 },
    )
  })
})
