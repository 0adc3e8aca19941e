/** NoC section 14, T-12: the core bridge under random AXI4 against an array of bytes. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coreBridge, type CoreBridgeOptions } from '#hdl/bridge'
import { simulate } from '#sim/simulate'
import { addressesOf, byteOf, CoreMaster, lanesOf, type Transaction, wordOf } from './support/core-master.ts'
import { CoreNetwork, type Fate } from './support/core-network.ts'

const memoryBytes = 8192

const transactions = (busBytes: number): fc.Arbitrary<Transaction> => {
  const largest = Math.log2(busBytes)
  const shape = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        burst: fc.constant('increment' as const),
        beats: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(4, 16, 17, 40, 64)),
      }),
    },
    { weight: 3, arbitrary: fc.record({ burst: fc.constant('wrap' as const), beats: fc.constantFrom(2, 4, 8, 16) }) },
    {
      weight: 1,
      arbitrary: fc.record({ burst: fc.constant('fixed' as const), beats: fc.integer({ min: 1, max: 16 }) }),
    },
    { weight: 1, arbitrary: fc.record({ burst: fc.constant('wrap' as const), beats: fc.constantFrom(1, 3, 32) }) },
  )
  return fc
    .record({
      kind: fc.constantFrom('read' as const, 'write' as const),
      id: fc.nat(1),
      at: fc.oneof(fc.integer({ min: 0, max: 160 }), fc.integer({ min: 0, max: 4095 })),
      shape,
      size: fc.oneof(
        { weight: 6, arbitrary: fc.constant(largest) },
        { weight: 4, arbitrary: fc.nat(largest) },
        { weight: 1, arbitrary: fc.constant(largest + 1) },
      ),
      strobes: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        { weight: 3, arbitrary: fc.array(fc.nat(0xffff), { maxLength: 64 }) },
        { weight: 1, arbitrary: fc.array(fc.constantFrom(0, 0xffff, 0xff00, 0x00ff), { maxLength: 64 }) },
      ),
      data: fc.nat(255),
    })
    .map(({ at, shape: { burst, beats }, size, ...rest }) => {
      const bytes = 2 ** size
      const whole = bytes * beats
      // Nothing crosses a page; rings begin at their words.
      const begin = at + whole > 4096 ? Math.max(0, 4096 - whole) : at
      const address = burst === 'wrap' ? Math.floor(begin / bytes) * bytes : begin
      return { ...rest, burst, beats, size, address }
    })
}

const isRefused = ({ burst, size, beats }: Transaction, busBytes: number): boolean =>
  burst === 'fixed' || 2 ** size > busBytes || (burst === 'wrap' && ![2, 4, 8, 16].includes(beats))

interface Run {
  readonly list: readonly Transaction[]
  readonly seed: number
  readonly stalls: number
  readonly fates: readonly Fate[]
}

const timeout = 400

/** Runs a list, and compares what the core was told, and the memory, with doing one transaction after the other. */
const compare = (options: CoreBridgeOptions, { list, seed, stalls, fates }: Run): CoreMaster => {
  using sim = simulate(coreBridge(options), { watch: 'ports' })
  const busBytes = options.dataBits / 8
  const memory = Uint8Array.from({ length: memoryBytes }, (_, index) => (index * 37 + seed) & 0xff)
  const expected = memory.slice()
  sim.io.own.value = { chip: 0, mod: 0x06 }
  sim.io.target.value = { chip: 0, mod: 0x24 }
  const network = new CoreNetwork(sim.io, memory, {
    seed,
    stalls,
    latency: [1, 20],
    fates,
    acknowledges: options.writesAre === 'acknowledged',
    lateCycles: 2.5 * timeout,
  })
  const master = new CoreMaster(sim.io.bus, list, busBytes, seed + 1, stalls)
  let dropped = 0
  sim.attach(network)
  sim.attach(master)
  sim.attach({ before: () => void (dropped += sim.io.dropped.value) })
  sim.until(() => master.done && network.idle, { limit: 30_000 })
  sim.step(20)

  const reads = [...network.reads]
  const writes = [...network.writes]
  list.forEach((one, index) => {
    const refused = isRefused(one, busBytes)
    const found = master.outcomes[index]!
    if (one.kind === 'read')
      expect(found.map(shown(one, busBytes))).toEqual(readOf(one, refused, expected, reads, busBytes))
    else expect(found).toEqual([{ error: writeOf(one, refused, expected, writes, busBytes), data: 0n }])
  })
  expect(reads, 'nothing is asked for that nobody wanted').toEqual([])
  expect(writes, 'nothing is written that nobody wrote').toEqual([])
  expect(Buffer.compare(memory, expected)).toBe(0)
  expect(dropped, 'late answers are dropped and counted').toBe(network.late)
  expect(new Set(network.returnAddresses).size, 'return addresses differ').toBe(network.returnAddresses.length)
  return master
}

/** What a beat of a read showed: its own bytes, or nothing. */
const shown =
  (one: Transaction, busBytes: number) =>
  ({ error, data }: { readonly error: boolean; readonly data: bigint }, beat: number): readonly number[] | 'error' =>
    error
      ? 'error'
      : lanesOf(addressesOf(one)[beat]!, one.size, busBytes).map(([lane]) => Number((data >> BigInt(8 * lane)) & 0xffn))

/** What the beats of a read have to show; takes what the network saw of it out of `reads`. */
const readOf = (
  one: Transaction,
  refused: boolean,
  memory: Uint8Array,
  reads: CoreNetwork['reads'],
  busBytes: number,
): readonly (readonly number[] | 'error')[] => {
  const addresses = addressesOf(one)
  if (refused) return addresses.map(() => 'error')
  const good = new Set<number>()
  const lines = new Set(addresses.map((address) => address >> 4))
  for (let seen = 0; seen < lines.size;) {
    const request = reads.shift()
    if (request === undefined) throw new Error('a read was not asked for')
    for (let line = 0; line < request.good; line++) good.add((request.address >> 4) + line)
    seen += request.lines
    expect(request.lines, 'no more than 256 bytes at once').toBeLessThanOrEqual(16)
  }
  let broken = false
  return addresses.map((address) => {
    broken ||= !good.has(address >> 4)
    return broken ? 'error' : lanesOf(address, one.size, busBytes).map(([, at]) => memory[at]!)
  })
}

/** Whether a write has to end with an error; changes the memory by the packets that were stored. */
const writeOf = (
  one: Transaction,
  refused: boolean,
  memory: Uint8Array,
  writes: CoreNetwork['writes'],
  busBytes: number,
): boolean => {
  if (refused) return true
  const bytes = new Map<number, number>()
  addressesOf(one).forEach((address, beat) => {
    const { strobes } = wordOf(one, beat, address, busBytes)
    for (const [lane, at] of lanesOf(address, one.size, busBytes))
      if ((strobes >> lane) & 1) bytes.set(at, byteOf(one, beat, at))
  })
  let failed = false
  for (let seen = 0; seen < bytes.size;) {
    const packet = writes.shift()
    if (packet === undefined) throw new Error('a write was not sent')
    seen += packet.bytes
    failed ||= packet.fate !== 'served'
    if (packet.fate !== 'served' && packet.fate !== 'lost') continue
    for (let at = packet.address; at < packet.address + packet.bytes; at++) memory[at] = bytes.get(at) ?? -1
  }
  return failed
}

const runs = (busBytes: number, fates: fc.Arbitrary<readonly Fate[]>, most: number): fc.Arbitrary<Run> =>
  fc.record({
    list: fc.array(transactions(busBytes), { minLength: 1, maxLength: most }),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    stalls: fc.constantFrom(0, 0.3),
    fates,
  })

const options = { idBits: 1, sendTimeoutCycles: timeout } as const

describe.each([
  ['128 bits', { ...options, dataBits: 128 }],
  ['64 bits, two reads and one write at a time', { ...options, dataBits: 64, reads: 2, writes: 1 }],
  ['128 bits with acknowledged writes', { ...options, dataBits: 128, writesAre: 'acknowledged' }],
] as const)('a core bridge of %s', (_, chosen) => {
  test('lets a core see memory as if one transaction came after the other', () => {
    fc.assert(
      fc.property(runs(chosen.dataBits / 8, fc.constant(['served']), 30), (run) => void compare(chosen, run)),
      { seed: 1, numRuns: 12 },
    )
  })

  test('answers SLVERR for what fails, stops, comes late or never, and for nothing else', () => {
    const fate = fc.constantFrom<Fate>('served', 'served', 'served', 'served', 'lost', 'failed', 'cut', 'late')
    fc.assert(
      fc.property(
        runs(chosen.dataBits / 8, fc.array(fate, { minLength: 1, maxLength: 12 }), 10),
        (run) => void compare(chosen, run),
      ),
      { seed: 2, numRuns: 8 },
    )
  })
})
