// Plain Verilog as a design that the simulator opens.

import { resolve } from 'node:path'
import { external, input, instance, module, type ModuleDefinition, output, type PortRecord, uint } from '#edsl'
import type { UIntShape } from '#layout'
import { type InspectedVerilog, inspectVerilog, SimulationError } from '#sim/build'
import { type ClockTimes, type InputHandle, simulate, type SimulateOptions, type Simulator } from '#sim/simulate'

/** A reset input, and the level at which it resets. */
export interface VerilogReset {
  readonly port: string
  readonly active: 'high' | 'low'
}

/** Verilog, and how it is run. */
export interface VerilogSources {
  readonly files: readonly string[]
  /** The module that the others belong to; needed when more than one is nobody's part. */
  readonly top?: string | undefined
  /** Values for parameters of the top, as Verilog has them: `8`, `"text"`. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Clock inputs and their times. @defaultValue the input that is called clk, clock or clk_i, with 10 ns */
  readonly clocks?: Readonly<Record<string, ClockTimes>>
  /** Reset inputs. @defaultValue the input that is called rst, reset, rst_n, ... */
  readonly resets?: readonly VerilogReset[]
  readonly signal?: AbortSignal | undefined
}

/** A port of Verilog: a number up to 32 bits, a bigint above. Setting an output has no effect. */
export type VerilogHandle<Value extends number | bigint = number> = Omit<InputHandle<UIntShape<32>>, 'value'> & {
  value: Value
}

/** Ports of Verilog by name; their values are numbers, unless `Values` says that some are bigints. */
export type VerilogPorts<Values extends Readonly<Record<string, number | bigint>> = Readonly<Record<string, number>>> =
  {
    readonly [Name in keyof Values]: VerilogHandle<Values[Name]>
  }

/** A module that was inspected: opens simulators, each with its clocks running and after its resets. */
export interface VerilogDesign {
  readonly top: string
  readonly clocks: Readonly<Record<string, ClockTimes>>
  readonly resets: readonly VerilogReset[]
  open(options?: Pick<SimulateOptions, 'seed' | 'wave' | 'record'>): Promise<Simulator>
}

const clockNames = /^(clk|clock)(_i|_in)?$|^i_(clk|clock)$/i
const resetNames = /^(a?rst|a?reset|i_a?rst|i_a?reset)(_i|_in)?(_?n|_ni|_b)?$/i
const lowNames = /(_?n|_ni|_b)$/i

/** Cycles of the slowest clock in reset before a simulator is handed out. */
const resetCycles = 4

/**
 * Reads Verilog, finds its ports, clocks and resets.
 *
 * Rejects: as `inspectVerilog`; SIM-0107 when there is no such clock or reset, or none can be guessed.
 */
export const openVerilog = async (sources: VerilogSources): Promise<VerilogDesign> => {
  const found = await inspectVerilog(sources.files, sources)
  const clocks = sources.clocks ?? guessedClocks(found)
  const resets = sources.resets ?? guessedResets(found)
  for (const name of [...Object.keys(clocks), ...resets.map(({ port }) => port)]) checkInput(found, name)
  const definition = wrapped(found, sources, Object.keys(clocks))
  return {
    top: found.top,
    clocks,
    resets,
    open: async (options = {}) => {
      const sim = await simulate(definition, { engine: 'verilator', resetCycles: 0, clocks, ...options })
      for (const { port, active } of resets) setBit(sim, port, active === 'high' ? 1 : 0)
      const slowest = Math.max(0, ...Object.values(clocks).map(({ period }) => period))
      if (resets.length > 0 && slowest > 0) sim.advance(resetCycles * slowest)
      for (const { port, active } of resets) setBit(sim, port, active === 'high' ? 0 : 1)
      return sim
    },
  }
}

const setBit = (sim: Simulator, port: string, value: 0 | 1): void => {
  const handle = sim.io[port] as InputHandle<UIntShape<1>>
  handle.value = value
}

/** The module inside a top of ours, which has its ports and a domain per clock. */
const wrapped = (
  { top, ports }: InspectedVerilog,
  { files, parameters = {} }: VerilogSources,
  clocks: readonly string[],
): ModuleDefinition => {
  const record: PortRecord = Object.fromEntries(
    ports
      .filter(({ name }) => !clocks.includes(name))
      .map(({ name, direction, bits }) => [name, direction === 'input' ? input(uint(bits)) : output(uint(bits))]),
  )
  const inner = external(top, record, {
    name: `${top}_of_others`,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, parameterOf(value)])),
    files: files.map((file) => resolve(file)),
    pins: Object.fromEntries(clocks.map((clock) => [clock, { clock }])),
  })
  return module(`${top}_bench`, record, (outer) => {
    const unit = instance(inner, 'dut') as unknown as Record<string, { drive(value: unknown): void }>
    for (const [name, port] of Object.entries(record)) {
      const outside = (outer as Readonly<Record<string, { drive(value: unknown): void }>>)[name]
      if ((port as { readonly direction: string }).direction === 'in') unit[name]?.drive(outside)
      else outside?.drive(unit[name])
    }
  })
}

/** `"text"` is a text, everything else a number. */
const parameterOf = (value: string): bigint | string =>
  /^".*"$/.test(value) ? value.slice(1, -1) : BigInt(value.replaceAll('_', ''))

const guessedClocks = ({ top, ports }: InspectedVerilog): Readonly<Record<string, ClockTimes>> => {
  const found = ports.filter(
    ({ name, direction, bits }) => direction === 'input' && bits === 1 && clockNames.test(name),
  )
  if (found.length === 1) return { [(found[0] as { name: string }).name]: { period: 10 } }
  const inputs = ports.filter(({ direction, bits }) => direction === 'input' && bits === 1).map(({ name }) => name)
  throw new SimulationError({
    code: 'SIM-0107',
    title: `which inputs of \`${top}\` are clocks is not clear`,
    help: `name them, with periods in ns: --clock NAME=10; inputs of one bit are ${inputs.join(', ')}`,
  })
}

const guessedResets = ({ ports }: InspectedVerilog): readonly VerilogReset[] =>
  ports
    .filter(({ name, direction, bits }) => direction === 'input' && bits === 1 && resetNames.test(name))
    .map(({ name }) => ({ port: name, active: lowNames.test(name) ? 'low' : 'high' }))

const checkInput = ({ top, ports }: InspectedVerilog, name: string): void => {
  if (ports.some((port) => port.name === name && port.direction === 'input' && port.bits === 1)) return
  const inputs = ports.filter(({ direction, bits }) => direction === 'input' && bits === 1).map((port) => port.name)
  throw new SimulationError({
    code: 'SIM-0107',
    title: `\`${top}\` has no input \`${name}\` of one bit`,
    help: `inputs of one bit are ${inputs.join(', ')}`,
  })
}
