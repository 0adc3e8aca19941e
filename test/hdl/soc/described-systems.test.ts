/** Described systems as hardware: cores that reach memory by themselves, memory before AXI4, clocks of modules. NoC section 13. */
import { describe, expect, test } from 'vitest'
import { checkDescription, planSystem, type SocDescription, systemOf } from '#describe'
import { elaborate } from '#edsl'
import { soc } from '#hdl/soc'
import { encode, headFlit, modes } from '#layout'
import { simulate } from '#sim/simulate'
import { byteOf, CoreMaster, type Transaction } from '../bridge/support/core-master.ts'
import { FlitReceiver, FlitSender } from '../noc/support/ends.ts'
import { AxiSubordinate } from '../tile/support/axi-subordinate.ts'

const systemFrom = (description: SocDescription) => systemOf(planSystem(checkDescription(description)))

const windows = [
  { memory: 'dram', address: 0x1000, bytes: 0x1000 },
  { memory: 'ram', address: 0x800, bytes: 0x800, access: 'read' },
] as const

/** A core, memory before AXI4 and memory on chip; core and AXI4 have clocks of their own. */
const description = {
  name: 'cores',
  network: { topology: { kind: 'mesh', columns: 2, rows: 1 } },
  tiles: [
    { kind: 'core', name: 'cpu', router: 'x0_y0', memoryBytes: 4096, clockHz: 70_000_000, windows: [...windows] },
  ],
  memories: [
    { kind: 'dram', name: 'dram', router: 'x1_y0', memoryBytes: 0x4000, dataBits: 64, clockHz: 130_000_000 },
    { kind: 'memory', name: 'ram', router: 'x0_y0', memoryBytes: 4096, latency: 3 },
  ],
  ackBypassWrites: true,
} as const satisfies SocDescription

/** Addresses of a core: window `index`, `offset` bytes into it. */
const seen = (index: number, offset: number): number => 0x1000_0000 + index * 0x4000_0000 + offset

const transaction = (kind: 'read' | 'write', address: number, beats = 4): Transaction => ({
  ...{ kind, id: 1, address, beats, size: 3, burst: 'increment', strobes: [], data: 0x40 },
})

describe('a core with a clock of its own and memory behind windows', () => {
  const list = [
    transaction('write', seen(0, 0x100)),
    transaction('read', seen(0, 0x100)),
    transaction('read', seen(1, 0x10)),
    transaction('write', seen(1, 0x10)),
    transaction('read', seen(0, 0x1000)),
    transaction('read', seen(2, 0)),
    transaction('read', seen(0, 0xfe0)),
  ]
  const bytes = new Uint8Array(0x4000)
  const run = () => {
    using sim = simulate(soc(systemFrom(description)), {
      watch: 'ports',
      clocks: { main: { period: 10 }, cpu: { period: 14.3, phase: 3 }, dram: { period: 7.7, phase: 1 } },
    })
    const io = sim.io as unknown as Record<'cpu_bus' | 'dram_bus', object> & { cpu_refused: { value: number } }
    const options = { wordBytes: 8, seed: 5, latency: [3, 20], stalls: 0.2, isBad: () => false } as const
    const memory = new AxiSubordinate(io.dram_bus, 0, bytes, options)
    sim.advance(400)
    const master = new CoreMaster(io.cpu_bus, list, 8, 3, 0.2)
    let refused = 0
    const at = (clock: string, end: { before(): void; after(): void }) =>
      sim.attach({
        before: (edge) => void (edge.has(clock) && end.before()),
        after: (edge) => void (edge.has(clock) && end.after()),
      })
    at('dram', memory)
    at('cpu', master)
    at('cpu', { before: () => void (refused += io.cpu_refused.value), after: () => undefined })
    for (let round = 0; round < 100 && !master.done; round++) sim.advance(500)
    return { outcomes: master.outcomes, refused }
  }
  const { outcomes, refused } = run()
  const errors = outcomes.map((beats) => beats.map(({ error }) => error))

  test('what it writes is in the memory, at the address of the window, and read back', () => {
    const written = Array.from({ length: 32 }, (_, at) => byteOf(list[0]!, at >> 3, seen(0, 0x100) + at))

    expect([...bytes.slice(0x1100, 0x1120)]).toEqual(written)
    expect(
      outcomes[1]!.flatMap(({ data }) =>
        Array.from({ length: 8 }, (_, at) => Number((data >> BigInt(8 * at)) & 0xffn)),
      ),
    ).toEqual(written)
  })

  test('it may read what it may not write, and nothing behind the end or without a window', () => {
    expect(errors).toEqual([
      [false],
      [false, false, false, false],
      [false, false, false, false],
      [true],
      [true, true, true, true],
      [true, true, true, true],
      [false, false, false, false],
    ])
    expect(refused).toBe(3)
  })
})

describe('a core whose bridge is outside', () => {
  test('has its requests led to the memory of the window, and gets the answers', () => {
    const [dram, ram] = description.memories
    const system = systemFrom({
      ...description,
      tiles: [{ kind: 'core', name: 'cpu', router: 'x0_y0', memoryBytes: 4096, link: 'flits', windows: [windows[1]] }],
      memories: [ram, { ...dram, clockHz: 100_000_000 }],
      ackBypassWrites: false,
    })
    using sim = simulate(soc(system), { watch: 'ports' })
    const io = sim.io as unknown as Record<'cpu_asks' | 'cpu_answers', object>
    const sender = new FlitSender(io.cpu_asks)
    const receiver = new FlitReceiver(io.cpu_answers)
    for (const end of [sender, receiver])
      sim.attach({
        before: () => end.before(),
        after: () => {
          end.after()
          end.begin()
        },
      })
    const own = system.modules.find(({ name }) => name === 'cpu')!.mod
    const asks = (address: number, mode: number, bytes: bigint, burst = 0): bigint =>
      encode(headFlit, {
        ...{ burst, arq: 0, bsel: 0xff, sourceMod: 0x77, sourceChip: 3, targetMod: 0x99, targetChip: 5 },
        ...{ mode, address, data0: (bytes << 32n) | 0x123n },
      })
    // Two reads inside, one behind the end, a burst that is no write, and a mode that is not a core's.
    sender.queue.push(
      asks(seen(0, 0), modes.READ_REQ_2, 16n),
      asks(seen(0, 0x7f8), modes.READ_REQ_2, 16n),
      asks(seen(0, 0), modes.READ_REQ_2, 16n, 1),
      asks(seen(0, 0), modes.TCU_MSG, 16n),
      asks(seen(0, 0), modes.WRITE_POSTED, 16n),
      asks(seen(0, 0x7f0), modes.READ_REQ_2, 16n),
    )
    sim.step(400)

    const heads = receiver.received.map((flit) => ({
      burst: flit >> 137n,
      bsel: (flit >> 128n) & 0xffn,
      source: (flit >> 120n) & 0xffn,
      mode: (flit >> 96n) & 0xfn,
      word: flit & 0xffffn,
    }))
    const ramMod = BigInt(system.modules.find(({ name }) => name === 'ram')!.mod)
    expect(heads.filter(({ mode }) => mode === BigInt(modes.READ_RSP_2))).toContainEqual({
      ...{ burst: 0n, bsel: 0n, source: BigInt(own), mode: 6n, word: 9n },
    })
    expect(heads.filter(({ source, burst }) => source === ramMod && burst === 1n)).toHaveLength(2)
  })
})

test('each module with a clock of its own has pins for it, and modules of one kind and different clocks stand side by side', () => {
  const { top } = elaborate(
    soc(
      systemFrom({
        name: 'clocks',
        network: { topology: { kind: 'star' } },
        tiles: [
          { kind: 'compute', name: 'slow', memoryBytes: 4096, clockHz: 50_000_000 },
          { kind: 'compute', name: 'usual', memoryBytes: 4096 },
          { kind: 'compute', name: 'same', memoryBytes: 4096, clockHz: 100_000_000 },
        ],
        host: { name: 'host', clockHz: 125_000_000 },
      }),
    ),
  )

  expect(top.domains.map(({ name }) => name)).toEqual(['main', 'slow', 'host'])
})
