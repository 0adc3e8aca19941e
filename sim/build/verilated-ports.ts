// Reads the ports that Verilator found, with its own spelling of their names.

import { SimulationError, didYouMean } from './error.ts'
import type { SimulationSource } from './source.ts'

/** A port as the Verilated class declares it. */
export interface VerilatedPort {
  readonly name: string
  /** The C++ member, in which special characters of the name are written as codes. */
  readonly member: string
  readonly direction: 'input' | 'output'
  readonly bits: number
}

/** The ports declared in the text of the Verilated class's header, by their Verilog names. */
export function readPorts(headerText: string): ReadonlyMap<string, VerilatedPort> {
  const declared = headerText.matchAll(/^\s*VL_(IN|OUT|INOUT)(?:8|16|64|W)?\(&?(\w+),(\d+),(\d+)[,)]/gm)
  const ports = Array.from(declared, ([, kind, member = '', left, right]): VerilatedPort => {
    const direction = kind === 'IN' ? 'input' : 'output'
    return { name: decode(member), member, direction, bits: Math.abs(Number(left) - Number(right)) + 1 }
  })
  return new Map(ports.map((port) => [port.name, port]))
}

/** Throws SIM-0104 with every difference between the described ports and those of the Verilog. */
export function checkPorts(source: SimulationSource, found: ReadonlyMap<string, VerilatedPort>): void {
  const implied = source.clocks ?? ['clk', 'rst']
  const described = [...implied.map((name) => ({ name, direction: 'input', bits: 1 })), ...source.ports]
  const differences = described.flatMap(({ name, direction, bits }) => {
    const port = found.get(name)
    if (port === undefined) return [`\`${name}\` is not a port of the module; ${didYouMean(name, [...found.keys()])}`]
    if (port.direction !== direction) return [`\`${name}\` is an ${port.direction} in the Verilog, not an ${direction}`]
    if (port.bits !== bits) return [`\`${name}\` has ${port.bits} bits in the Verilog, ${bits} in the description`]
    return []
  })
  const names = new Set(described.map(({ name }) => name))
  for (const { name, direction } of found.values()) {
    if (!names.has(name) && direction === 'input') differences.push(`input \`${name}\` is not described`)
  }
  if (differences.length === 0) return
  throw new SimulationError({
    code: 'SIM-0104',
    title: `the described ports of \`${source.top}\` are not those of its Verilog`,
    output: differences.map((line) => `  ${line}`).join('\n'),
  })
}

function decode(member: string): string {
  return member.replace(/__0([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
