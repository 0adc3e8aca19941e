/** What a core bridge sends for the bursts of a core. NoC section 7.4. */
import { describe, expect, test } from 'vitest'
import { coreBridge } from '#hdl/bridge'
import { simulate } from '#sim/simulate'
import { CoreMaster, type Transaction } from './support/core-master.ts'
import { CoreNetwork, type Fate } from './support/core-network.ts'

const write: Transaction = {
  kind: 'write',
  id: 1,
  address: 0x100,
  beats: 4,
  size: 4,
  burst: 'increment',
  strobes: [],
  data: 0,
}

/** Runs transactions without pauses; returns what the network saw, what the core was told, and how long it took. */
const run = (list: readonly Transaction[], latency = 4, fates: readonly Fate[] = ['served']) => {
  using sim = simulate(coreBridge({ dataBits: 128, idBits: 1, sendTimeoutCycles: 400 }), { watch: 'ports' })
  sim.io.own.value = { chip: 0, mod: 0x06 }
  sim.io.target.value = { chip: 0, mod: 0x24 }
  const network = new CoreNetwork(sim.io, new Uint8Array(8192), {
    seed: 1,
    stalls: 0,
    latency: [latency, latency],
    fates,
    acknowledges: false,
    lateCycles: 600,
  })
  const master = new CoreMaster(sim.io.bus, list, 16, 1, 0)
  sim.attach(network)
  sim.attach(master)
  const cycles = sim.until(() => master.done && network.idle, { limit: 5000 })
  return { packets: network.writes, reads: network.reads, outcomes: master.outcomes, most: master.most, cycles }
}

const okay = [{ error: false, data: 0n }]

describe('a write', () => {
  test('of four full lines is one packet of five flits', () => {
    const { packets, outcomes } = run([write])

    expect(packets).toMatchObject([{ address: 0x100, flits: 5, bytes: 64 }])
    expect(outcomes).toEqual([okay])
  })

  test('with partial first and last lines is one packet', () => {
    const { packets } = run([{ ...write, address: 0x103, strobes: [0x1fff, 0xffff, 0xffff, 0x000f] }])

    expect(packets).toMatchObject([{ address: 0x103, flits: 5, bytes: 13 + 16 + 16 + 4 }])
  })

  test('with gaps is a packet per run of lanes', () => {
    const { packets } = run([{ ...write, beats: 2, strobes: [0xff0f, 0x8001] }])

    expect(packets).toMatchObject([
      { address: 0x100, flits: 1, bytes: 4 },
      { address: 0x108, flits: 3, bytes: 9 },
      { address: 0x11f, flits: 1, bytes: 1 },
    ])
  })

  test('without strobes sends nothing, and is answered', () => {
    const { packets, outcomes } = run([{ ...write, strobes: [0, 0, 0, 0] }])

    expect(packets).toEqual([])
    expect(outcomes).toEqual([okay])
  })

  test('of narrow beats is gathered to one packet', () => {
    const { packets } = run([{ ...write, size: 0, beats: 8 }])

    expect(packets).toMatchObject([{ address: 0x100, flits: 1, bytes: 8 }])
  })

  test('to a fixed address is refused, and sends nothing', () => {
    const { packets, outcomes } = run([{ ...write, burst: 'fixed' }])

    expect(packets).toEqual([])
    expect(outcomes).toEqual([[{ error: true, data: 0n }]])
  })
})

describe('reads', () => {
  const lineOf = (index: number): Transaction => ({ ...write, kind: 'read', address: 64 * index })

  test('of cache lines are under way four at a time', () => {
    expect(
      run(
        Array.from({ length: 12 }, (_, index) => lineOf(index)),
        40,
      ).most.read,
    ).toBeGreaterThanOrEqual(4)
  })

  test('of a page come in pieces of 256 bytes', () => {
    const { reads, outcomes } = run([{ ...write, kind: 'read', address: 0, beats: 256 }])

    expect(reads.map(({ address, lines }) => [address, lines])).toEqual(
      Array.from({ length: 16 }, (_, index) => [256 * index, 16]),
    )
    expect(outcomes[0]).toHaveLength(256)
  })

  test('do not take the late answer to the read that had their room before them', () => {
    const list = Array.from({ length: 5 }, (_, index) => lineOf(4 * index))

    const { outcomes } = run(list, 4, ['late', 'served', 'served', 'served', 'late'])

    expect(outcomes.map((beats) => beats.map(({ error }) => error))).toEqual(
      [true, false, false, false, true].map((failed) => Array.from({ length: 4 }, () => failed)),
    )
  })
})
