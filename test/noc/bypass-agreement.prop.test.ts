/** Classes C2 and C3 on network and memory tile, in lockstep with the golden model. NoC sections 2.4, 7.2, decision 0215. */
import fc from 'fast-check'
import { connect, input, instance, module, output, stream } from '#edsl'
import { network } from '#hdl/noc'
import { memoryTile } from '#hdl/tile'
import {
  descriptorOf,
  field,
  flitCrossing,
  headFlit,
  memoryOffset,
  probeNames,
  registers,
  type SystemDescription,
  type TileModule,
} from '#layout'
import { createReplay, Difference, type StepRecord } from '#model'
import { simulate } from '#sim/simulate'
import { drawsOf } from '#sim/traffic'
import { describe, expect, test } from 'vitest'
import { bypassOf, flitsOf, type Request } from '../hdl/tile/support/memory-traffic.ts'

const long = process.env.TESSERA_LONG === '1'
const range = { memoryBase: 0x1000, memoryBytes: 4096 }
const core = 0x06
const memory = 0x24

const system: SystemDescription = {
  ...{ name: 'soc_bypass', chip: 0, columns: 2, rows: 2, clockHz: 100_000_000, sendTimeoutCycles: 0 },
  modules: [
    { kind: 'compute', name: 'core', mod: core, memoryBase: memoryOffset, memoryBytes: 4096, role: 'user' },
    { kind: 'memory', name: 'memory', mod: memory, ...range },
  ],
  network: { classes: 4, counters: false },
}

/** The memory tile on the network; the core's bridge is the test. */
const bench = module(
  'bypass_bench',
  { requests: input(stream(flitCrossing)), answers: output(stream(flitCrossing)) },
  ({ requests, answers }) => {
    const noc = instance(network(system), 'noc')
    const tile = instance(memoryTile({ ...range, bypass: 'posted' }), 'tile_memory')
    const [[core0, core1, core2, core3], [memory0, memory1, memory2, memory3]] = noc.inject as never as readonly [
      Ends,
      Ends,
    ]
    const [fromCore, fromMemory] = noc.deliver as never as readonly [Ends, Ends]
    for (const silent of [core0, core1, core3, memory0, memory2]) {
      silent.valid.drive(0)
      silent.payload.drive(0)
    }
    connect(core2 as never, requests)
    connect(answers, fromCore[3] as never)
    for (const ignored of [0, 1, 2] as const) fromCore[ignored].ready.drive(1)
    tile.own.drive({ chip: 0, mod: memory })
    tile.descriptor.drive(descriptorOf(system.modules[1] as TileModule))
    connect(tile.requestIn, fromMemory[0] as never)
    connect(tile.responseIn, fromMemory[1] as never)
    connect(memory1 as never, tile.responseOut)
    connect(tile.bypass[0]!.requestIn, fromMemory[2] as never)
    connect(tile.bypass[0]!.responseIn, fromMemory[3] as never)
    connect(memory3 as never, tile.bypass[0]!.responseOut)
  },
)

interface End {
  readonly valid: { drive(value: number): void }
  readonly ready: { drive(value: number): void }
  readonly payload: { drive(value: number): void }
}
type Ends = readonly [End, End, End, End]

/** Writes all of the memory, so that nothing unknown is read. */
const filling: readonly Request[] = Array.from({ length: 8 }, (_, block) => ({
  ...{ kind: 'write', form: 'burst', from: core, address: range.memoryBase + 512 * block, lane: 0 },
  data: Array.from({ length: 512 }, (_, index) => (block + index) % 251),
}))

const requests: fc.Arbitrary<Request> = fc.oneof(
  fc.record({
    ...{ kind: fc.constant('read' as const), from: fc.constant(core), to: fc.nat(0xffff) },
    address: fc.integer({ min: range.memoryBase - 20, max: range.memoryBase + range.memoryBytes }),
    size: fc.constantFrom(1, 7, 8, 16, 33, 64, 511, 513, 700),
  }),
  fc.record({
    ...{ kind: fc.constant('write' as const), form: fc.constant('burst' as const), from: fc.constant(core) },
    address: fc.integer({ min: range.memoryBase - 20, max: range.memoryBase + range.memoryBytes }),
    lane: fc.nat(15),
    data: fc.array(fc.nat(255), { minLength: 1, maxLength: 70 }),
  }),
  fc.record({
    ...{ kind: fc.constant('write' as const), form: fc.constant('single' as const), from: fc.constant(core) },
    address: fc.integer({ min: range.memoryBase, max: range.memoryBase + range.memoryBytes }),
    lane: fc.constant(2),
    data: fc.array(fc.nat(255), { minLength: 1, maxLength: 6 }),
  }),
)

/** What the probes report of these requests, in the order of a replay. */
const recorded = (given: readonly Request[], seed: number): readonly StepRecord[] => {
  using sim = simulate(bench, { probes: 'all' })
  const draws = drawsOf(seed)
  const flits = [...filling, ...given].flatMap((request) =>
    flitsOf(request, bypassOf(false)).map((flit, index) => (index === 0 ? toMemory(flit) : flit)),
  )
  let idle = 0
  let next = 0
  while (next < flits.length || idle < 300) {
    const { requests: from, answers: to } = sim.io
    if (next < flits.length && from.valid.value === 0 && draws.happens(0.9)) {
      from.payload.value = flits[next]!
      from.valid.value = 1
    }
    to.ready.value = draws.happens(0.8) ? 1 : 0
    const taken = from.fires
    idle = taken || to.fires ? 0 : idle + 1
    sim.step()
    if (!taken) continue
    from.valid.value = 0
    next++
  }
  const known = (name: string): boolean =>
    name === 'memory' || name === 'commit' || /^(?:inject|deliver)[0-3]$/.test(name)
  const records = probeNames.filter(known).flatMap((probe, rank) =>
    sim.records(probe).flatMap(({ cycle, path, value }) => {
      const owner = /(?:tile|ni)_(core|memory)/.exec(path.join('.'))?.[1]
      return owner === undefined ? [] : [{ rank, cycle, module: owner, probe, bits: BigInt(value) }]
    }),
  )
  return records.sort((one, other) => one.cycle - other.cycle || one.rank - other.rank)
}

const toMemory = (flit: bigint): bigint => flit | (BigInt(memory) << BigInt(headFlit.lsb.targetMod))

const differenceIn = (records: readonly StepRecord[]): string | undefined => {
  const replay = createReplay(system)
  try {
    for (const record of records) replay.apply(record)
  } catch (error) {
    if (error instanceof Difference) return error.message
    throw error
  }
  return replay.outstanding()[0]
}

describe('bypass traffic of a core, and the memory tile that serves it', () => {
  test('agree with the golden model, whatever is read and written, in and out of the memory', () => {
    fc.assert(
      fc.property(fc.array(requests, { minLength: 5, maxLength: 25 }), fc.nat(), (given, seed) => {
        expect(differenceIn(recorded(given, seed))).toBeUndefined()
      }),
      { seed: 2, numRuns: long ? 300 : 10, endOnFailure: !long },
    )
  }, 600_000)

  describe('in a run with reads, writes and accesses beyond the memory', () => {
    const read = (address: number, size: number): Request => ({ kind: 'read', from: core, address, size, to: 0x40 })
    const given: readonly Request[] = [
      read(range.memoryBase + 3, 100),
      { kind: 'write', form: 'burst', from: core, address: range.memoryBase + 8, lane: 4, data: [1, 2, 3, 4, 5] },
      read(range.memoryBase + 8, 5),
      read(range.memoryBase + range.memoryBytes - 4, 8),
      { kind: 'register', from: core, offset: registers.TILE_DESC, to: 0x80 },
    ]
    const records = recorded(given, 1)

    test('every kind of step appears, and the model agrees', () => {
      const probes = new Set(records.map(({ module: name, probe }) => `${name} ${probe}`))

      expect(differenceIn(records)).toBeUndefined()
      expect([...probes].sort()).toEqual(
        ['core deliver3', 'core inject2', 'memory commit', 'memory deliver2', 'memory inject3', 'memory memory'].sort(),
      )
      const failed = records.filter(({ module: name, probe, bits }) => {
        return name === 'memory' && probe === 'inject3' && field(headFlit, 'bsel', bits) === 0
      })
      expect(failed).toHaveLength(1)
    })

    test('a step that is left out, or an answer with another bit, is noticed', () => {
      const answers = records.flatMap(({ probe }, index) => (probe === 'inject3' ? [index] : []))

      fc.assert(
        fc.property(fc.nat(records.length - 1), (at) => {
          expect(differenceIn(records.filter((_, index) => index !== at))).toBeDefined()
        }),
        { seed: 3, numRuns: 40 },
      )
      for (const at of answers) {
        const mode = 1n << BigInt(headFlit.lsb.mode)
        const changed = records.map((record, index) =>
          index === at ? { ...record, bits: record.bits ^ mode } : record,
        )
        expect(differenceIn(changed)).toBeDefined()
      }
    })
  })
})
