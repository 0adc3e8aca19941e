/** Runs a netlist of iCE40 cells, cycle by cycle. Source: Lattice, iCE Technology Library; memories: FPGA-TN-02002. */
import { SynthesisError } from '../flow/synthesis-error.ts'
import type { NetBit, NetCell, NetModule, Netlist } from '../equiv/netlist.ts'
import { type BlockRam, blockRam } from './block-ram.ts'

/** A netlist that runs. Ports are numbers by their Verilog names; several bits have the lowest bit first. */
export interface GateSimulation {
  /** Cells that are simulated. */
  readonly cells: number
  /** Sets an input until it is set again. Rejects: RangeError for a port that is no input. */
  set(port: string, value: bigint): void
  /** An output, as it is with the inputs now. Rejects: RangeError for a port that is no output. */
  get(port: string): bigint
  /** One edge of the clock. */
  step(): void
}

/**
 * Opens the netlist that `synthesise` wrote for an iCE40 with one clock, as a simulation with two values: what is unknown is 0.
 *
 * Rejects: SYN-0111 for cells that are not simulated: asynchronous resets, falling edges, several clocks, multipliers, memories
 * whose ports differ in width.
 */
export const simulateGates = (json: string): GateSimulation => {
  const { modules } = JSON.parse(json) as Netlist
  const top = Object.values(modules).find(({ attributes }) => /1$/.test(String(attributes['top'] ?? '')))
  if (top === undefined) throw refused('it has no top')
  return open(top)
}

const refused = (why: string): SynthesisError =>
  new SynthesisError(
    'SYN-0111',
    `the netlist is not simulated: ${why}`,
    'simulate the design itself, or use another simulator',
  )

/** Places of the constants among the wires. */
const [zero, one] = [0, 1]

const open = (top: NetModule): GateSimulation => {
  const at = (bit: NetBit | undefined): number => (typeof bit === 'number' ? bit : bit === '1' ? one : zero)
  const cells = Object.entries(top.cells)
  const largest = cells.reduce(
    (most, [, { connections }]) =>
      Object.values(connections).reduce(
        (sum, bits) => bits.reduce<number>((x, bit) => Math.max(x, at(bit)), sum),
        most,
      ),
    Object.values(top.ports).reduce((most, { bits }) => bits.reduce<number>((x, bit) => Math.max(x, at(bit)), most), 1),
  )
  const values = new Uint8Array(largest + 1)
  values[one] = 1

  const logic = ordered(
    cells.map(([, cell]) => cell).filter(({ type }) => type === 'SB_LUT4' || type === 'SB_CARRY'),
    at,
  )
  const flipFlops = cells.flatMap(([name, cell]) => (/^SB_DFF/.test(cell.type) ? [flipFlop(name, cell, at)] : []))
  const rams: readonly BlockRam[] = cells.flatMap(([name, cell]) =>
    /^SB_RAM40/.test(cell.type) ? [blockRam(name, cell, at, values, refused)] : [],
  )
  const others = cells.find(([, { type }]) => !/^SB_(LUT4|CARRY|DFF\w*|RAM40_4K\w*)$/.test(type))
  if (others !== undefined) throw refused(`${others[0]} is a ${others[1].type}`)
  const clocks = new Set([...flipFlops.map(({ clock }) => clock), ...rams.flatMap(({ clocks: own }) => own)])
  if (clocks.size > 1) throw refused('it has several clocks')

  const count = logic.length
  const [i0, i1, i2, i3, out] = Array.from({ length: 5 }, () => new Uint32Array(count)) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ]
  const table = new Uint16Array(count)
  logic.forEach((gate, index) => {
    ;[i0[index], i1[index], i2[index], i3[index]] = gate.inputs as [number, number, number, number]
    out[index] = gate.output
    table[index] = gate.table
  })
  let settled = false
  const settle = (): void => {
    if (settled) return
    for (let gate = 0; gate < count; gate++) {
      const place =
        values[i0[gate]!]! | (values[i1[gate]!]! << 1) | (values[i2[gate]!]! << 2) | (values[i3[gate]!]! << 3)
      values[out[gate]!] = (table[gate]! >> place) & 1
    }
    settled = true
  }
  const next = new Uint8Array(flipFlops.length)
  const bitsOf = (port: string, direction: 'input' | 'output'): readonly number[] => {
    const found = top.ports[port]
    if (found === undefined || found.direction !== direction) throw new RangeError(`there is no ${direction} ${port}`)
    return found.bits.map(at)
  }
  return {
    cells: cells.length,
    set: (port, value) => {
      bitsOf(port, 'input').forEach((wire, index) => {
        values[wire] = Number((value >> BigInt(index)) & 1n)
      })
      settled = false
    },
    get: (port) => {
      settle()
      return bitsOf(port, 'output').reduceRight((sum, wire) => (sum << 1n) | BigInt(values[wire]!), 0n)
    },
    step: () => {
      settle()
      flipFlops.forEach(({ q, d, enable, control, value, waits }, index) => {
        const enabled = values[enable] === 1
        const controlled = values[control] === 1 && (enabled || !waits)
        next[index] = controlled ? value : enabled ? values[d]! : values[q]!
      })
      for (const ram of rams) ram.step()
      flipFlops.forEach(({ q }, index) => {
        values[q] = next[index]!
      })
      for (const ram of rams) ram.show()
      settled = false
    },
  }
}

interface Gate {
  readonly inputs: readonly number[]
  readonly output: number
  readonly table: number
}

/** The carry as a table of three inputs. */
const majority = 0xe8

/** Gates behind those that they read. */
const ordered = (cells: readonly NetCell[], at: (bit: NetBit | undefined) => number): readonly Gate[] => {
  const gates = cells.map(({ type, connections, parameters }): Gate => {
    const pin = (name: string): number => at(connections[name]?.[0])
    if (type === 'SB_CARRY')
      return { inputs: [pin('I0'), pin('I1'), pin('CI'), zero], output: pin('CO'), table: majority }
    const text = String(parameters['LUT_INIT'] ?? '0')
    return {
      inputs: [pin('I0'), pin('I1'), pin('I2'), pin('I3')],
      output: pin('O'),
      table: parseInt(text.replace(/[^01]/g, '0'), 2),
    }
  })
  const maker = new Map(gates.map((gate) => [gate.output, gate]))
  const done = new Set<Gate>()
  const order: Gate[] = []
  for (const root of gates) {
    const waiting: Gate[] = [root]
    for (let gate = waiting.at(-1); gate !== undefined; gate = waiting.at(-1)) {
      const missing = done.has(gate)
        ? []
        : gate.inputs.flatMap((wire) => maker.get(wire) ?? []).filter((each) => !done.has(each))
      if (missing.length > 0) {
        if (waiting.length > gates.length) throw refused('it has a combinational loop')
        waiting.push(missing[0]!)
        continue
      }
      if (!done.has(gate)) order.push(gate)
      done.add(gate)
      waiting.pop()
    }
  }
  return order
}

const flipFlop = (name: string, { type, connections }: NetCell, at: (bit: NetBit | undefined) => number) => {
  const kind = /^SB_DFF(E?)(|SR|SS)$/.exec(type)
  if (kind === null) throw refused(`${name} is a ${type}`)
  const pin = (port: string): number => at(connections[port]?.[0])
  const hasEnable = kind[1] === 'E'
  return {
    clock: pin('C'),
    q: pin('Q'),
    d: pin('D'),
    enable: hasEnable ? pin('E') : one,
    control: kind[2] === '' ? zero : pin(kind[2] === 'SS' ? 'S' : 'R'),
    value: kind[2] === 'SS' ? 1 : 0,
    /** With an enable, set and reset wait for it. */
    waits: hasEnable,
  }
}
