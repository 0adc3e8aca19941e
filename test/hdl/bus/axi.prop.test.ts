import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { connect, flip, instance, module, type Views } from '#edsl'
import { axi, axiMemory, axiReader, axiWriter } from '#hdl/bus'
import { scratchpad } from '#hdl/tile'
import { pump, simulate, type Simulator } from '#sim/simulate'

const memoryBytes = 16 * 1024
const options = { addressBits: 32, dataBits: 128, idBits: 1 } as const

/** A memory behind AXI4, as a tile has it. */
const joinMemory = (): Views<ReturnType<typeof axiMemory>['ports'], 'outside'> => {
  const bridge = instance(axiMemory(1), 'bridge')
  const store = instance(scratchpad(memoryBytes), 'spm')
  store.access.drive(bridge.access)
  bridge.line.drive(store.line)
  bridge.granted.drive(1)
  return bridge
}

/** A writer and a reader on one memory. */
const copier = module(
  'copier',
  {
    write: axiWriter(options).ports.transfer,
    words: axiWriter(options).ports.data,
    done: axiWriter(options).ports.done,
    read: axiReader(options).ports.transfer,
    data: axiReader(options).ports.data,
  },
  (ports) => {
    const memory = joinMemory()
    const writer = instance(axiWriter(options), 'writer')
    const reader = instance(axiReader(options), 'reader')
    connect(writer.transfer, ports.write)
    connect(writer.data, ports.words)
    connect(ports.done, writer.done)
    connect(reader.transfer, ports.read)
    connect(ports.data, reader.data)
    const { bus } = memory
    const joined = { ...writer.bus, ...reader.bus }
    connect(bus, joined)
  },
)

const wordOf = (index: number): bigint =>
  (BigInt(index + 1) * 0x9e37_79b9_7f4a_7c15n * 0x1_0000_0001n) & ((1n << 128n) - 1n)

test('what a writer wrote is what a reader reads, over pages and long bursts, whatever waits', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 0, max: 400 }),
      fc.constantFrom('none', 'random'),
      fc.nat(1000),
      (firstLine, beats, stalls, seed) => {
        using sim = simulate(copier)
        const words = Array.from({ length: beats }, (_, index) => wordOf(index))
        const transfer = { beats, address: firstLine * 16 }

        const { done } = pump(sim, { write: [transfer], words, stalls, seed, expect: { done: 1 } })
        const { data } = pump(sim, { read: [transfer], stalls, seed, expect: { data: beats } })

        expect(done).toEqual(['okay'])
        expect(data.map((beat) => beat.data)).toEqual(words)
        expect(data.map(({ last }) => last)).toEqual(words.map((_, index) => (index === beats - 1 ? 1 : 0)))
        expect(data.every(({ error }) => error === 0)).toBe(true)
      },
    ),
    { seed: 7, numRuns: 12, examples: [[250, 300, 'random', 3]] },
  )
})

/** A memory behind the pins of AXI4. */
const pins = module('pins', { bus: flip(axi(options)) }, ({ bus }) => connect(joinMemory().bus, bus))

type Pins = Simulator<typeof pins.ports>

interface Burst {
  readonly address: number
  readonly length: number
  readonly size: number
  readonly burst: 'fixed' | 'increment' | 'wrap'
}

/** Addresses of the beats, straight from IHI 0022E, section A3.4.1. */
const addressesOf = ({ address, length, size, burst }: Burst): readonly number[] => {
  const bytes = 2 ** size
  const aligned = Math.floor(address / bytes) * bytes
  const container = bytes * (length + 1)
  const lower = Math.floor(address / container) * container
  return Array.from({ length: length + 1 }, (_, beat) => {
    if (burst === 'fixed' || beat === 0) return address
    const next = aligned + beat * bytes
    return burst === 'wrap' && next >= lower + container ? next - container : next
  })
}

const readBurst = (sim: Pins, { address, length, size, burst }: Burst): readonly bigint[] => {
  const { bus } = sim.io
  bus.araddr.value = address
  bus.arlen.value = length
  bus.arsize.value = size
  bus.arburst.value = burst
  bus.arvalid.value = 1
  sim.until(bus.arready)
  sim.step()
  bus.arvalid.value = 0
  bus.rready.value = 1
  const beats: bigint[] = []
  for (let last = 0; last === 0; sim.step()) {
    sim.until(bus.rvalid)
    beats.push(bus.rdata.value)
    last = bus.rlast.value
  }
  return beats
}

describe('a memory behind AXI4', () => {
  const bursts = fc
    .record({
      address: fc.integer({ min: 0, max: 2047 }),
      size: fc.integer({ min: 0, max: 4 }),
      kind: fc.oneof(
        fc.record({ burst: fc.constant('increment' as const), length: fc.integer({ min: 0, max: 40 }) }),
        fc.record({ burst: fc.constant('fixed' as const), length: fc.integer({ min: 0, max: 15 }) }),
        fc.record({ burst: fc.constant('wrap' as const), length: fc.constantFrom(1, 3, 7, 15) }),
      ),
    })
    .map(({ address, size, kind }) => ({
      ...kind,
      size,
      // a wrapping burst begins at a multiple of its size
      address: kind.burst === 'wrap' ? Math.floor(address / 2 ** size) * 2 ** size : address,
    }))

  test('reads the lines of every kind of burst', () => {
    fc.assert(
      fc.property(bursts, (burst) => {
        using sim = simulate(pins)
        const store = sim.memory('spm.store')
        for (let line = 0; line < 256; line++) store.write(line, wordOf(line))

        const beats = readBurst(sim, burst)

        expect(beats).toEqual(addressesOf(burst).map((address) => wordOf(Math.floor(address / 16))))
      }),
      { seed: 11, numRuns: 40 },
    )
  })

  test('refuses a size beyond its width, and changes nothing', () => {
    using sim = simulate(pins)
    const { bus } = sim.io
    sim.memory('spm.store').write(0, 5n)
    bus.awsize.value = 5
    bus.awvalid.value = 1
    sim.until(bus.awready)
    sim.step()
    bus.awvalid.value = 0
    bus.wvalid.value = 1
    bus.wstrb.value = 0xffff
    sim.until(bus.bvalid)

    expect(bus.bresp.value).toBe('slaveError')
    expect(sim.memory('spm.store').read(0)).toBe(5n)
  })
})
