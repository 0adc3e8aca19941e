/** What a description cannot be built of, and names that hardware cannot have. */
import { describe, expect, test } from 'vitest'
import { checkDescription, DescriptionError, planSystem, type SocDescription, systemOf } from '#describe'
import { isVerilogName } from '#layout'

const mesh = { kind: 'mesh', columns: 1, rows: 1 } as const

/** The mistakes of a description on its way to a system. */
const faultsOf = (description: SocDescription): readonly string[] => {
  try {
    systemOf(planSystem(checkDescription(description)))
    return []
  } catch (reason) {
    if (reason instanceof DescriptionError)
      return reason.faults.map(({ code, path, message, fix }) => `${code} ${path}: ${message}; ${fix}`)
    throw reason
  }
}

const core = (memory: string): SocDescription['tiles'][number] => ({
  kind: 'core',
  name: 'cpu',
  windows: [{ memory, address: 0, bytes: 4096 }],
})

describe('a description cannot be built', () => {
  test.each<[string, SocDescription, readonly string[]]>([
    [
      'with a window to what is no memory',
      {
        name: 'a',
        network: { topology: mesh },
        tiles: [core('cpu')],
        memories: [{ kind: 'memory', name: 'ram' }],
      },
      ['NOC-0303 tiles[0].windows[0].memory: a window of cpu is to cpu, which is no memory; use one of ram'],
    ],
    [
      'with memory behind AXI4 of a size that nobody says',
      { name: 'a', network: { topology: mesh }, tiles: [], memories: [{ kind: 'dram', name: 'dram' }] },
      ['NOC-0303 memories[0]: the memory dram does not say how large it is; add `memoryBytes`'],
    ],
    [
      'with memory that reaches the registers, and memory on chip of an odd size',
      {
        name: 'a',
        network: { topology: mesh },
        tiles: [],
        memories: [
          { kind: 'dram', name: 'dram', memoryBytes: 0xf000_1000 },
          { kind: 'memory', name: 'ram', memoryBytes: 5000 },
        ],
      },
      [
        'NOC-0303 memories[0].memoryBytes: the memory dram has 4026535936 bytes from 0x0 on; ' +
          'use multiples of 4096, below 0xf0000000, where the registers of a tile begin',
        'NOC-0303 memories[1].memoryBytes: the memory ram has 5000 bytes from 0x0 on; ' +
          'use a power of two from 4096 on, and begin at a multiple of it',
      ],
    ],
  ])('%s', (_, description, faults) => {
    expect(faultsOf(description)).toEqual(faults)
  })
})

test('systems, modules and routers have names that the hardware can have', () => {
  const faults = faultsOf({
    name: 'table',
    network: { topology: { kind: 'custom', routers: ['left side', 'right'], channels: [] } },
    tiles: [{ kind: 'compute', name: 'reg', router: 'right' }],
    host: { name: 'output', router: 'right' },
  })

  expect(faults).toEqual([
    "NOC-0304 name: 'table' is a word of Verilog, or a name that all hardware has; use another one, such as table_unit",
    "NOC-0304 tiles[0].name: 'reg' is a word of Verilog, or a name that all hardware has; use another one, such as reg_unit",
    "NOC-0304 host.name: 'output' is a word of Verilog, or a name that all hardware has; use another one, such as output_unit",
    "NOC-0304 network.topology.routers[0]: 'left side' is no name that hardware can have; use another one, such as left_side_unit",
  ])
  expect(isVerilogName('table_unit')).toBe(true)
})

test('a burst of the rate limit that its register does not hold is refused', () => {
  const faults = faultsOf({
    name: 'a',
    network: { topology: mesh, rateLimit: { flits: 64, burst: 4096 } },
    tiles: [{ kind: 'compute', name: 'one' }],
  })

  expect(faults).toEqual([
    'NOC-0101 network.rateLimit.burst: rateLimit.burst is 4096; give a whole number from 1 to 4095',
  ])
})
