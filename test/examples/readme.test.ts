/** Each example is synthesised, and the table of examples/README.md says what came out. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { synthesise, targetNamed } from '#synth'
import { lowPass } from '../../examples/fir.ts'
import { gcd16 } from '../../examples/gcd.ts'
import { pwm } from '../../examples/pwm.ts'
import { sums } from '../../examples/risc.ts'
import { samples12 } from '../../examples/sample-crossing.ts'
import { controller } from '../../examples/spi.ts'
import { receiver } from '../../examples/uart-receiver.ts'
import { transmitter } from '../../examples/uart-transmitter.ts'
import { vga640x480 } from '../../examples/vga.ts'

const folder = join(import.meta.dirname, '..', '..', 'examples')

interface Example {
  readonly files: readonly string[]
  readonly design: { readonly name: string }
  readonly is: string
  readonly shows: string
}

const examples: readonly Example[] = [
  {
    files: ['uart-transmitter'],
    design: transmitter,
    is: 'sends characters, 115,200 baud at 12 MHz',
    shows: 'streams, registers, `when`, `cat`',
  },
  {
    files: ['uart-receiver'],
    design: receiver,
    is: 'receives them',
    shows: '`states` and `match`, a pin without a clock, `named`',
  },
  {
    files: ['spi'],
    design: controller,
    is: 'SPI controller, bytes, mode 0',
    shows: 'options that choose what is built',
  },
  { files: ['gcd'], design: gcd16, is: 'greatest common divisor, 16 bits', shows: 'widths as types, records' },
  {
    files: ['risc', 'risc-instructions'],
    design: sums,
    is: 'RISC-V, RV32I, a pipeline of four stages',
    shows: '`memory` in block RAM, `unpack`, `oneOf` with codes, `pick`, functions of values',
  },
  {
    files: ['pwm'],
    design: pwm,
    is: 'pulse width modulator behind AXI4-Lite',
    shows: '`registerMap`, `instance`, `connect`, `flip`',
  },
  {
    files: ['sample-crossing'],
    design: samples12,
    is: 'samples from one clock to another',
    shows: '`domain`, `asyncFifo`, `synchronised`',
  },
  {
    files: ['fir'],
    design: lowPass,
    is: 'filter, 7 coefficients, 8 bits',
    shows: '`sint`, widths that grow, loops, recursion',
  },
  { files: ['vga'], design: vga640x480, is: 'timing of a picture, 640 by 480', shows: 'one module, used twice' },
]

const linesOf = (file: string): number =>
  readFileSync(join(folder, `${file}.ts`), 'utf8')
    .replace(/^ *\/\*\*[^]*?\*\/$/gm, '')
    .split('\n')
    .filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length

test('the examples are those of the table', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))

  expect(examples.flatMap((example) => example.files.map((file) => `${file}.ts`)).sort()).toEqual(files.sort())
})

test('each example is a page', () => {
  const long = examples.flatMap(({ files }) => files.filter((file) => linesOf(file) > 80))

  expect(long).toEqual([])
})

test(
  'each example is synthesised, and the table has its figures',
  async () => {
    const target = targetNamed('ice40-hx8k')
    const head = ['Example', 'What it is', 'What it shows', 'Lines', 'LUT', 'Flip-flops', 'RAM']
    const rows: string[][] = []
    for (const { files, design, is, shows } of examples) {
      const directory = mkdtempSync(join(tmpdir(), 'tessera-example-'))
      const { luts, flipFlops, rams } = await synthesise(elaborate(design), target, { directory })
      const links = files.map((file) => `[${file}](${file}.ts)`).join(', ')
      const lines = files.reduce((sum, file) => sum + linesOf(file), 0)
      rows.push([links, is, shows, ...[lines, luts, flipFlops, rams].map(String)])
    }

    const [text = ''] = readFileSync(join(folder, 'README.md'), 'utf8').split(/^\| Example/m)
    await expect(`${text}${table(head, rows)}`).toMatchFileSnapshot(join(folder, 'README.md'))
  },
  20 * 60_000,
)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  )
  const isNumber = (column: number) => column > 2
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`
  return `${[line(head), rule, ...rows.map(line)].join('\n')}\n`
}
