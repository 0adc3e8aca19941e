/** Designs that together have every module of hdl/. */
import { domain, struct, bit, uint } from '#edsl'
import { coreBridge, hostBridge, serialHostBridge } from '#hdl/bridge'
import { axiLiteRegisters, axiMemory, axiReader, axiWriter, wishboneRegisters } from '#hdl/bus'
import { network } from '#hdl/noc'
import { soc } from '#hdl/soc'
import { acceleratorTile, axiMemoryTile, computeTile, coreTile, memoryTile } from '#hdl/tile'
import { defaultSystem, registerMap } from '#layout'
import { meshOf, systemOf } from '../../hdl/noc/support/systems.ts'
import { libraryParts } from '../../support/library-parts.ts'

const registers = registerMap({
  name: 'timer',
  wordBytes: 4,
  base: 0,
  sides: ['bus'],
  registers: {
    CONTROL: {
      at: 0,
      shape: struct({ run: bit, prescale: uint(12) }),
      access: 'read-write',
      reset: 0n,
      doc: 'Starts it.',
    },
    DONE: { at: 8, shape: uint(4), access: 'write-1-clears', reset: 0n, doc: 'What happened.' },
  },
})

const tile = { memoryBase: 0x1000_0000, memoryBytes: 131_072, clockHz: 100_000_000, sendTimeoutCycles: 1000 } as const
const range = { memoryBase: 0, memoryBytes: 4096 }
const [tileName] = defaultSystem.modules.map(({ name }) => name)

/** By name. */
export const hdlDesigns: readonly (readonly [string, () => { readonly name: string }])[] = [
  ...libraryParts.map(({ call, make }) => [call, make] as const),
  ['registers behind AXI4-Lite', () => axiLiteRegisters(registers)],
  ['registers behind Wishbone', () => wishboneRegisters(registers)],
  ['a memory behind AXI4', () => axiMemory(1)],
  ['what reads from AXI4', () => axiReader({ addressBits: 32, dataBits: 64 })],
  ['what writes to AXI4', () => axiWriter({ addressBits: 32, dataBits: 64 })],
  ['a core bridge', () => coreBridge({ dataBits: 128, idBits: 4, sendTimeoutCycles: 1000 })],
  [
    'a core bridge with acknowledged writes',
    () => coreBridge({ dataBits: 64, idBits: 1, reads: 2, writes: 1, sendTimeoutCycles: 0, writesAre: 'acknowledged' }),
  ],
  [
    'a host bridge behind a serial line',
    () => serialHostBridge({ clockHz: 25_000_000, baud: 1_000_000, modules: 3, depth: 56 }),
  ],
  [
    'a host bridge of raw datagrams',
    () => hostBridge({ clockHz: 25_000_000, modules: 3, depth: 56, format: 'rawDatagrams' }),
  ],
  ['the network of the default system', () => network(defaultSystem)],
  [
    'the network of a row',
    () => network({ ...meshOf(3, 1, 2), network: { depth: 3, linkStages: 2, vcsPerClass: 2, arbitration: 'age' } }),
  ],
  ['the network of one module', () => network(systemOf('single', 1, 1, [3]))],
  [
    'a network with rates and two planes',
    () =>
      network({
        ...meshOf(2, 1, 1),
        network: { rateLimit: { flits: 32, burst: 8 }, planes: [[0], [1]], pipeline: 'two' },
      }),
  ],
  [
    'a network with a tile in another clock',
    () => network(defaultSystem, { clocks: { [tileName as string]: domain('tile') } }),
  ],
  ['a network of narrow links', () => network({ ...meshOf(2, 1, 1), network: { phits: 2 } })],
  ['a network with levels', () => network({ ...meshOf(2, 1, 2), network: { arbitration: 'priority' } })],
  [
    'a tile with virtual memory and context switching',
    () =>
      computeTile({
        ...{ ...tile, memoryBytes: 4096 },
        ...{ virtualMemory: true, contextSwitching: true },
      }),
  ],
  [
    'a tile for a core with AXI4',
    () => coreTile({ ...tile, memoryBytes: 4096 }, { link: 'axi', dataBits: 64, idBits: 1 }),
  ],
  ['slow memory with bypass traffic', () => memoryTile({ ...range, latency: 5, bypass: 'acknowledged' })],
  ['memory before AXI4 of 128 bits', () => axiMemoryTile({ ...range, dataBits: 128 })],
  ['memory before AXI4 of 64 bits', () => axiMemoryTile({ ...range, dataBits: 64, bypass: 'posted' })],
  ...(['rot13', 'sha3', 'fft', 'copy'] as const).map(
    (logic) => [`the accelerator ${logic}`, () => acceleratorTile({ ...tile, logic })] as const,
  ),
  ['the default system', () => soc(defaultSystem)],
]
