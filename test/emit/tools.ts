/** Runs the tools that read our Verilog. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Design, Module } from '#ir'
import { emitDesign, emitVerilog, type EmitOptions } from '#emit'
import * as ir from '../support/nodes.ts'

/** What the tool said, and nothing if it was content. */
const run = (directory: string, command: string, args: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: directory, encoding: 'utf8' })
  const said = `${stdout}${stderr}`.trim()
  if (error !== undefined) return `${command}: ${error.message}`
  return status === 0 ? said : `${command} ended with ${status}\n${said}`
}

/** The Verilog of the module. */
export const textOf = (module: Module, options: EmitOptions = {}): string =>
  emitVerilog(ir.design(module), options).find((file) => file.module === module.name)?.text ?? ''

/** What stands behind the ports, or the parts of it that match. */
export const bodyOf = (module: Module, part = /^[^]*$/g): string => {
  const text = textOf(module)
  const body = text.slice(text.indexOf(');') + 2, text.indexOf('endmodule'))
  return (body.match(part) ?? []).map((text) => text.replace(/^\n+|\n+$/g, '').replace(/^ {2}/gm, '')).join('\n')
}

/** Calls `use` with a directory that has the design's files. */
const withFiles = <Result>(
  design: Design,
  options: EmitOptions,
  use: (directory: string, names: readonly string[]) => Result,
): Result => {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-emit-'))
  try {
    const { files, data } = emitDesign(design, options)
    for (const { name, text } of [...files, ...data]) writeFileSync(join(directory, name), text)
    return use(
      directory,
      files.map(({ name }) => name),
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Verilator's complaints with all warnings on. */
export const lint = (design: Design, options: EmitOptions = {}, flags: readonly string[] = []): string =>
  withFiles(design, options, (directory, names) =>
    run(directory, 'verilator', ['--lint-only', '-Wall', '--top-module', design.top.name, ...flags, ...names]),
  )

/** The complaints of yosys; a latch is one. */
export const synthesisCheck = (design: Design, readOptions = ''): string =>
  withFiles(design, {}, (directory, names) => {
    const script = [
      `read_verilog ${readOptions} ${names.join(' ')}`,
      `hierarchy -check -top ${design.top.name}`,
      'proc',
      'check -assert',
      'select -assert-none t:$dlatch t:$sr',
    ]
    const said = run(directory, 'yosys', ['-q', '-p', script.join('; ')])
    // a memory of one word is a register, and yosys says that it makes one
    return said.replace(/^Warning: Replacing memory .* with list of registers.*\n?/gm, '')
  })

/** What Icarus Verilog says about the files; its oldest dialect. */
export const icarus = (design: Design, options: EmitOptions = {}, flags: readonly string[] = ['-g2005']): string =>
  withFiles(design, options, (directory, names) =>
    run(directory, 'iverilog', ['-Wall', ...flags, '-s', design.top.name, '-o', 'design.vvp', ...names]),
  )

/** What a test bench prints that uses the design, in Icarus Verilog. */
export const bench = (design: Design, options: EmitOptions, text: string): string =>
  withFiles(design, options, (directory, names) => {
    writeFileSync(join(directory, 'bench.v'), text)
    const built = run(directory, 'iverilog', ['-g2012', '-s', 'bench', '-o', 'bench.vvp', 'bench.v', ...names])
    return built === '' ? run(directory, 'vvp', ['-n', 'bench.vvp']) : built
  })

/** Yosys's intermediate text of the design after `proc`. */
export const rtlil = (design: Design, options: EmitOptions = {}): string =>
  withFiles(design, options, (directory, names) =>
    run(directory, 'yosys', ['-q', '-p', `read_verilog ${names.join(' ')}; proc; write_rtlil`]),
  )

/** The memory cells that yosys makes of each module for a family of FPGAs, with their number: `DP16KD 1`. */
export const memoryCells = (design: Design, family: 'ice40' | 'ecp5' | 'xilinx'): ReadonlyMap<string, string> =>
  withFiles(design, {}, (directory, names) => {
    const apart = family === 'xilinx' ? '' : '-noflatten'
    const synthesis = `synth_${family} ${apart} -top ${design.top.name} -run begin:map_ffs`
    const said = run(directory, 'yosys', ['-p', `read_verilog ${names.join(' ')}; ${synthesis}; tee -o cells stat`])
    if (said.startsWith('yosys ended')) throw new Error(said.slice(-500))
    const cells = /^ +((?:SB_RAM40|DP16|PDPW16|TRELLIS_DPR|RAMB|RAM\d)\w*) +(\d+)$/gm
    const sections = readFileSync(join(directory, 'cells'), 'utf8').split(/^=== /m)
    return new Map(
      sections.map((section) => [
        section.slice(0, section.indexOf(' ')),
        [...section.matchAll(cells)].map(([, cell = '', number = '']) => `${cell} ${number}`).join(', '),
      ]),
    )
  })

/** The second domain of `joined`. */
export const otherDomain = ir.domain('other')

/** A module that has every given module once, all inputs in one port `stimulus` and all outputs in one port `response`. */
export const joined = (name: string, modules: readonly Module[]): Module => {
  const all = modules.flatMap((module, index) =>
    module.ports.map((port) => {
      const role = port.role === 'input' ? 'wire' : 'instanceOutput'
      return { index, port, wire: ir.signal(role, `u${index}_${port.name}`, port.bits) }
    }),
  )
  const inputs = all.filter(({ port }) => port.role === 'input')
  const outputs = all.filter(({ port }) => port.role === 'output')
  const bitsOf = (parts: typeof all): number => parts.reduce((sum, { wire }) => sum + wire.bits, 0)
  const stimulus = ir.signal('input', 'stimulus', bitsOf(inputs))
  const response = ir.signal('output', 'response', bitsOf(outputs))
  let lsb = stimulus.bits
  const body = inputs.map(({ wire }) => {
    lsb -= wire.bits
    return ir.assign(wire, ir.slice(stimulus, lsb, wire.bits))
  })
  return ir.module(name, {
    summary: 'Everything at once.',
    domains: [ir.mainDomain, otherDomain],
    ports: [stimulus, response],
    signals: all.map(({ wire }) => wire),
    instances: modules.map((module, of) => {
      const own = all.filter(({ index }) => index === of)
      const connections = Object.fromEntries(own.map(({ port, wire }) => [port.name, wire]))
      return ir.instance(`u${of}`, module, connections, 1, { main: ir.mainDomain, other: otherDomain })
    }),
    body: [...body, ir.assign(response, ir.op('cat', ...outputs.map(({ wire }) => wire)))],
  })
}

/** What a step gives to a module with the ports of `joined`: bit 0 of the masks is domain `main`, bit 1 `other`. */
export interface Step {
  readonly stimulus: bigint
  readonly clocks: number
  readonly resets: number
}

/** The `response` of a module with the ports of `joined` in each step. */
export const simulate = (design: Design, steps: readonly Step[]): readonly bigint[] =>
  withFiles(design, {}, (directory, names) => {
    const [stimulus, response] = design.top.ports
    if (stimulus === undefined || response === undefined) throw new Error('a port is missing')
    const digits = Math.ceil(stimulus.bits / 32) * 8
    writeFileSync(join(directory, 'main.cpp'), mainText(stimulus.bits, response.bits))
    writeFileSync(
      join(directory, 'stimuli'),
      steps
        .map((step) => `${step.clocks} ${step.resets} ${step.stimulus.toString(16).padStart(digits, '0')}\n`)
        .join(''),
    )
    // Verilator 5.006 gets some conditions on bits of a constant wrong when it joins them
    const careful = ['-fno-const-bit-op-tree', '--x-initial', '0']
    const flags = ['--cc', '--exe', '--build', '-Wall', ...careful, '--prefix', 'Vtop', '-CFLAGS', '-O0']
    const built = run(directory, 'verilator', [...flags, '--top-module', design.top.name, ...names, 'main.cpp'])
    if (built.startsWith('verilator')) throw new Error(built)
    return run(directory, join(directory, 'obj_dir', 'Vtop'), [])
      .split('\n')
      .map((line) => BigInt(`0x${line}`))
  })

const mainText = (inputBits: number, outputBits: number): string => `
#include "Vtop.h"
#include <cstdio>
#include <fstream>
#include <string>
template <int Bits, class Port> void put(Port& port, const std::string& hex) {
  const int words = (Bits + 31) / 32;
  for (int i = 0; i < words; i++)
    reinterpret_cast<uint32_t*>(&port)[i] = std::stoul(hex.substr((words - 1 - i) * 8, 8), nullptr, 16);
}
template <int Bits, class Port> void print(const Port& port) {
  for (int i = (Bits + 31) / 32 - 1; i >= 0; i--) printf("%08x", reinterpret_cast<const uint32_t*>(&port)[i]);
  printf("\\n");
}
int main() {
  Vtop top;
  std::ifstream stimuli("stimuli");
  std::string line;
  top.eval();  // a reset that is there from the beginning has no edge, which asynchronous ones need
  for (int clocks, resets; stimuli >> clocks >> resets >> line;) {
    top.rst = resets & 1;
    top.other_rst = resets >> 1;
    put<${inputBits}>(top.stimulus, line);
    top.clk = top.other_clk = 0;
    top.eval();
    print<${outputBits}>(top.response);
    top.clk = clocks & 1;
    top.other_clk = clocks >> 1;
    top.eval();
  }
}
`
