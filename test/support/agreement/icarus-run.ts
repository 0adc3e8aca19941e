/** Random designs in Icarus Verilog: a simulator that shares no line with the others. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Signal } from '#ir'
import { clockPorts, type Fault, filesOf, firstValues, type Text } from './emitted.ts'
import type { Run } from './runs.ts'
import { type Cycle, digitsOf, inputPorts, inputsOf, outputPorts, widthOf } from './stimulus.ts'
import type { WasmRun } from './wasm-run.ts'
import type { Written } from './write-design.ts'

/** Runs all designs in one simulation. They are the Verilog for people, in the oldest dialect that we promise. */
export const runIcarus = (
  designs: readonly Written[],
  runs: readonly WasmRun[],
  cycles: readonly Cycle[],
  fault?: Fault,
): readonly Run[] => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-icarus-'))
  try {
    const pieces = designs.map((written, index) => {
      const files = filesOf(written, 'readable', fault)
      for (const { name, text } of files) writeFileSync(join(folder, name), text)
      const ports = inputPorts(written.design)
      const inputs = inputsOf(ports, written.recipe.stimulus, cycles.length)
      writeFileSync(join(folder, `in_${index}.hex`), inputs.map((values) => digitsOf(ports, values)).join('\n'))
      return {
        sources: files.filter(({ name }) => name.endsWith('.v')),
        piece: pieceOf(written, index, files, runs[index]),
      }
    })
    const schedule = cycles.map(({ clocks, resets }) => ((resets << 2) | clocks).toString(16)).join('\n')
    writeFileSync(join(folder, 'schedule.hex'), schedule)
    writeFileSync(
      join(folder, 'bench.v'),
      benchText(
        pieces.map(({ piece }) => piece),
        cycles.length,
      ),
    )
    const names = pieces.flatMap(({ sources }) => sources.map(({ name }) => name))
    run(folder, 'iverilog', ['-g2005', '-s', 'bench', '-o', 'bench.vvp', 'bench.v', ...names])
    const lines = run(folder, 'vvp', ['-n', 'bench.vvp'])
      .split('\n')
      .filter((line) => /^\d+ /.test(line))
    const outputs: string[][] = designs.map(() => [])
    for (const line of lines) {
      const [index = '', digits = ''] = line.split(' ')
      outputs[Number(index)]?.push(digits)
    }
    return outputs.map((each) => ({ outputs: each, properties: undefined }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A simulation of many designs takes seconds; one that does not end is told as what it is. */
const longestMinutes = 3

const run = (cwd: string, program: string, args: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    timeout: longestMinutes * 60_000,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} does not take the Verilog of random designs:\n${stdout}${stderr}`)
  return stdout
}

/** What the bench has for one design. */
interface Piece {
  readonly index: number
  readonly declarations: readonly string[]
  readonly first: readonly string[]
  readonly inputs: boolean
}

const pieceOf = (written: Written, index: number, files: readonly Text[], wasm: WasmRun | undefined): Piece => {
  const { design, name } = written
  const [inputs, outputs] = [inputPorts(design), outputPorts(design)]
  const connected = (ports: readonly Signal[], wire: string): readonly string[] => {
    let lsb = widthOf(ports)
    return ports.map((port) => {
      lsb -= port.bits
      return `.${port.name}(${wire}[${lsb + port.bits - 1}:${lsb}])`
    })
  }
  const pins = [
    ...clockPorts(written, files).map((clock) => `.${clock}(${clock})`),
    ...connected(inputs, `in_${index}`),
    ...connected(outputs, `out_${index}`),
  ]
  return {
    index,
    inputs: inputs.length > 0,
    declarations: [
      ...(inputs.length > 0
        ? [`reg [${widthOf(inputs) - 1}:0] all_${index} [0:last];`, `reg [${widthOf(inputs) - 1}:0] in_${index};`]
        : []),
      `wire [${Math.max(1, widthOf(outputs)) - 1}:0] out_${index};`,
      `${name} i${index} (${pins.join(', ')});`,
    ],
    first: firstValues(written, `i${index}`, wasm?.first ?? [], files),
  }
}

const benchText = (pieces: readonly Piece[], count: number): string => `
module bench;
  parameter last = ${count - 1};
  reg clk, rst, other_clk, other_rst;
  reg [3:0] schedule [0:last];
  integer cycle;
  ${pieces.flatMap(({ declarations }) => declarations).join('\n  ')}
  initial begin
    {clk, rst, other_clk, other_rst} = 4'd0;
    ${pieces.flatMap(({ first }) => first).join('\n    ')}
    $readmemh("schedule.hex", schedule);
    ${pieces.map(({ index, inputs }) => (inputs ? `$readmemh("in_${index}.hex", all_${index});` : '')).join('\n    ')}
    for (cycle = 0; cycle <= last; cycle = cycle + 1) begin
      {other_rst, rst} = schedule[cycle] >> 2;
      ${pieces.map(({ index, inputs }) => (inputs ? `in_${index} = all_${index}[cycle];` : '')).join('\n      ')}
      #1;
      ${pieces.map(({ index }) => `$display("${index} %h", out_${index});`).join('\n      ')}
      {other_clk, clk} = schedule[cycle];
      #1;
      {other_clk, clk} = 2'd0;
      #1;
    end
    $finish;
  end
endmodule
`
