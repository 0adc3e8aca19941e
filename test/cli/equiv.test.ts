import { readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshFolder, tessera } from './run-cli.ts'

const patience = 120_000

const counter = (body: string, more = ''): string => `module counter (
  input clk, input rst, input enable, input [3:0] step, output [3:0] count, output odd
);
${body}
endmodule
${more}`

const plain = counter(`reg [3:0] value;
  always @(posedge clk) if (rst) value <= 0; else if (enable) value <= value + step;
  assign count = value;
  assign odd = ^value;`)

/** A file with this text. */
const file = (text: string, name = 'counter.v'): string => {
  const path = join(freshFolder(), name)
  writeFileSync(path, text)
  return path
}

const compare = (...args: readonly string[]) => tessera(['equiv', ...args])

test.each([
  [
    'other operators around the same registers',
    'register by register',
    `reg [3:0] value;
  always @(posedge clk) value <= rst ? 4'd0 : value + (enable ? step : 4'd0);
  assign count = value;
  assign odd = value[0] ^ value[1] ^ (value[2] ^ value[3]);`,
  ],
  [
    'other registers',
    'all runs',
    `reg [3:0] inverse; reg parity;
  wire [3:0] sum = ~inverse + step;
  always @(posedge clk)
    if (rst) begin inverse <= 4'hf; parity <= 0; end
    else if (enable) begin inverse <= ~sum; parity <= ^sum; end
  assign count = ~inverse;
  assign odd = parity;`,
  ],
])(
  '%s are proved, %s',
  async (_, how, body) => {
    const { code, out } = await compare(file(plain), file(counter(body)))

    expect(out).toMatch(new RegExp(`proved +counter {2}\\(${how}, `))
    expect(code).toBe(0)
  },
  patience,
)

test(
  'a difference is shown by values of the inputs, cycle by cycle',
  async () => {
    const late = plain.replace('value + step', "value + step + (value == 4'd11 && step == 4'd7)")

    const { code, out } = await compare(file(plain), file(late), '--json')

    expect(code).toBe(1)
    const { modules, ok } = JSON.parse(out) as {
      ok: boolean
      modules: {
        verdict: string
        difference: { cycles: Record<string, string>[]; differs: { what: string; a: string; b: string }[] }
      }[]
    }
    const [only] = modules
    expect(ok).toBe(false)
    expect(only!.verdict).toBe('different')
    // what the solver found, run again: the sum passes 11 before a step of 7
    let value = 0n
    let passed = false
    const { cycles, differs } = only!.difference
    for (const { rst, enable, step } of cycles.slice(0, -1)) {
      passed ||= rst === '0x0' && enable === '0x1' && value === 11n && step === '0x7'
      value = rst === '0x1' ? 0n : enable === '0x1' ? (value + BigInt(step!)) & 15n : value
    }
    expect(cycles[0]!['rst']).toBe('0x1')
    expect(passed).toBe(true)
    expect(differs.find(({ what }) => what === 'count')).toMatchObject({ a: `0x${value.toString(16)}` })
  },
  patience,
)

test(
  'for people, a difference is a table',
  async () => {
    const { code, out } = await compare(file(plain), file(plain.replace('^value', '~^value')))

    expect(code).toBe(1)
    expect(out).toMatch(/different +counter/)
    expect(out).toMatch(/cycle +0 +1\n +rst +1/)
    expect(out).toMatch(/then odd is 0x[01] in the first and 0x[01] in the second/)
    expect(out).toContain('not shown to be equivalent: 0 of 1 modules proved, 1 different, 0 undecided')
  },
  patience,
)

const parent = (child: string, inside: string): string => `module child (input [3:0] a, output [3:0] y);
  ${child}
endmodule
module parent (input clk, input [3:0] a, output [3:0] y);
  wire [3:0] from;
  child inner (.a(${inside}), .y(from));
  assign y = from;
endmodule
`

test(
  'a child that differs only for what its parent never asks leaves the parent proved',
  async () => {
    const one = parent('assign y = a + 1;', "{1'b0, a[2:0]}")
    const other = parent("assign y = a[3] ? 4'd0 : a + 1;", "{1'b0, a[2:0]}")

    const { code, out } = await compare(file(one), file(other))

    expect(out).toMatch(/different +child/)
    expect(out).toMatch(/proved +parent/)
    expect(code).toBe(0)
  },
  patience,
)

test(
  'a child that differs makes its parent differ where it is asked',
  async () => {
    const { code, out } = await compare(file(parent('assign y = a + 1;', 'a')), file(parent('assign y = a - 1;', 'a')))

    expect(out).toMatch(/different +parent/)
    expect(code).toBe(1)
  },
  patience,
)

test(
  'another port is told',
  async () => {
    const { code, out } = await compare(file(plain), file(plain.replace('output [3:0] count', 'output [4:0] count')))

    expect(code).toBe(1)
    expect(out).toContain('count has 4 bits in the first, 5 in the second')
  },
  patience,
)

test(
  'what is too hard within the time is not proved',
  async () => {
    const multiplier = (text: string): string =>
      `module product (input [19:0] a, input [19:0] b, output [39:0] p); assign p = ${text}; endmodule\n`

    const { code, out } = await compare(file(multiplier('a * b')), file(multiplier('b * a')), '--seconds', '1')

    expect(out).toMatch(/undecided +product/)
    expect(code).toBe(1)
  },
  patience,
)

test(
  'a description is equivalent to its netlist, and not to that of another',
  async () => {
    const folder = freshFolder()
    const edsl = new URL('../../src/edsl/index.ts', import.meta.url).href
    const source = (more: string): string => `import { module, output, reg, uint } from '${edsl}'
export const counter = module('counter', { count: output(uint(4)) }, ({ count }) => {
  const value = reg(uint(4), 3)
  value.next(value.addWrap(${more}))
  count.drive(value)
})
`
    const design = file(source('1'), 'counter.ts')
    const other = file(source('3'), 'other.ts')
    await tessera(['synth', design, '-o', folder])

    const same = await compare(design, join(folder, 'netlist.json'))
    const different = await compare(other, join(folder, 'netlist.json'))

    expect(same.out).toMatch(/proved +counter/)
    expect(same.code).toBe(0)
    expect(different.out).toMatch(/different +counter/)
    expect(different.code).toBe(1)
  },
  patience,
)

test(
  'a generated folder is compared with the design after a change',
  async () => {
    const folder = freshFolder()
    await tessera(['generate', 'examples/gcd.ts', '-o', folder])

    const { code, out } = await compare(folder, 'examples/gcd.ts')

    expect(out).toMatch(/built alike/)
    expect(code).toBe(0)
  },
  patience,
)

test.each([
  [['/no/such/file.v', 'network'], '/no/such/file.v: there is no such file'],
  [['netwrk', 'network'], "there is no design 'netwrk'"],
])(
  '%j is refused',
  async (args, why) => {
    const { code, err } = await compare(...args)

    expect(code).toBe(2)
    expect(err).toContain(why)
  },
  patience,
)

test(
  'Verilog that yosys does not take is told',
  async () => {
    const { code, err } = await compare(file('module broken (input a);\n  assign = a;\nendmodule\n'), file(plain))

    expect(code).toBe(2)
    expect(err).toContain('SYN-0110: yosys does not take')
  },
  patience,
)

test(
  'Ctrl-C leaves nothing behind',
  async () => {
    const controller = new AbortController()
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('tessera-equiv-'))
    // the first time that the command waits is for yosys
    setTimeout(() => controller.abort(new Error('stopped')), 0)

    const { code } = await tessera(['equiv', file(plain), file(plain)], controller.signal)

    expect(code).toBe(130)
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('tessera-equiv-'))
    expect(after.filter((name) => !before.includes(name))).toEqual([])
  },
  patience,
)
