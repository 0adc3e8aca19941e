import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshFolder, tessera } from './run-cli.ts'

const example = ['fifo', 'uart_tx', 'uart_rx', 'uart'].map((name) => `examples/plain-verilog/${name}.v`)
const exampleTests = 'examples/plain-verilog/uart.test.ts'

const counter = `module counter(input clock, input clear, input [39:0] by, output reg [39:0] count);
  always @(posedge clock) count <= clear ? 0 : count + by;
endmodule
`

/** Files in a folder of their own; what comes back is their paths. */
const written = (files: Readonly<Record<string, string>>): readonly string[] => {
  const folder = freshFolder()
  return Object.entries(files).map(([name, text]) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  })
}

test('plain Verilog is tested without a word about it: ports, clock and reset are found', async () => {
  const { code, out, err } = await tessera(['sim', ...example, exampleTests])

  expect(err).toBe('building the simulator\n')
  expect(out).toMatch(/^ok {5}receives .*\nok {5}tellsBreaks .*\nok {5}transmits .*\n3 of 3 tests of uart passed\n$/)
  expect(code).toBe(0)
})

describe('a fault in the Verilog', () => {
  const faulty = written(
    Object.fromEntries(
      example.map((file) => {
        const text = readFileSync(file, 'utf8').replace("shift <= {1'b1, data, 1'b0}", "shift <= {1'b1, ~data, 1'b0}")
        return [file.split('/').at(-1) as string, text]
      }),
    ),
  )

  test('fails the tests that see it, with error, waveform and the command that runs it again', async () => {
    const waves = freshFolder()

    const { code, out } = await tessera(['sim', ...faulty, exampleTests, '--waves', waves])

    expect(code).toBe(1)
    expect(out).toMatch(/FAILED transmits/)
    expect(out).toContain('expected [0,255,85,165,60,128,1], found [255,0,170,90,195,127,254]')
    expect(out).toMatch(/\n {4}txd +… [▁▔]+/)
    expect(out).toContain('--only transmits')
    expect(out).toContain('2 of 3 tests of uart passed')
    const wave = join(waves, 'uart-transmits.vcd')
    expect(out).toContain(`waveform: ${wave}`)
    expect(existsSync(wave)).toBe(true)
  })

  test('is told to scripts as JSON', async () => {
    const { code, out } = await tessera(['sim', ...faulty, exampleTests, '--only', 'trans', '--json'])

    expect(code).toBe(1)
    const results = JSON.parse(out) as readonly { readonly name: string; readonly ok: boolean }[]
    expect(results.map(({ name, ok }) => [name, ok])).toEqual([['transmits', false]])
  })
})

test('ports of more than 32 bits are bigints, parameters and resets can be named', async () => {
  const files = written({
    'counter.v': counter.replace('module counter', 'module counter #(parameter STEP = 1)').replace('by;', 'by * STEP;'),
    'counter.test.ts': `export const counts = async ({ io, cycles }) => {
  io.by.value = 1n << 33n
  await cycles(3)
  if (io.count.value !== 15n << 33n) throw new Error(\`counted to \${io.count.value}\`)
}
`,
  })

  const { code, out } = await tessera(['sim', ...files, '--reset', 'clear', '-G', 'STEP=5', '--clock', 'clock=7'])

  expect(out).toMatch(/ok {5}counts {2}\(49 ns/)
  expect(code).toBe(0)
})

test.each([
  ['no test file', { 'a.v': counter }, [], 'there are 0 test files; name one *.ts'],
  ['no Verilog', { 't.ts': 'export const t = () => {}' }, [], 'there is no Verilog'],
  ['a file of another kind', { 'a.vhd': '', 't.ts': '' }, [], 'is neither Verilog'],
  ['a test file without functions', { 'a.v': counter, 't.ts': 'export const t = 1' }, [], 'exports no function'],
  [
    'two modules that are nobody’s part',
    { 'a.v': counter, 'b.v': 'module other(input clk); endmodule', 't.ts': 'export const t = () => {}' },
    [],
    'name it: --top NAME; there are counter, other',
  ],
  [
    'a clock that is not there',
    { 'a.v': counter, 't.ts': 'export const t = () => {}' },
    ['--clock', 'tick=10'],
    '`counter` has no input `tick` of one bit\nhelp: inputs of one bit are clock, clear',
  ],
  [
    'no clock',
    { 'a.v': 'module gate(input a, output b); assign b = a; endmodule', 't.ts': 'export const t = () => {}' },
    [],
    'which inputs of `gate` are clocks is not clear',
  ],
  [
    'a mistake in the Verilog',
    { 'a.v': 'module a(input clk); wire; endmodule', 't.ts': 'export const t = () => {}' },
    [],
    'a.v:1',
  ],
])('%s is told, and nothing runs', async (_, files, options, message) => {
  const { code, err } = await tessera(['sim', ...written(files), ...options])

  expect(err).toContain(message)
  expect(code).toBe(2)
})
