/** `tessera sim`: tests of plain Verilog. */
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InvalidArgumentError } from 'commander'
import { SimulationError } from '#sim/build'
import type { VerilogReset, VerilogResult, VerilogTest } from '#sim/verilog'
import { exitCodes, type Io, UsageError } from './io.ts'
import type { AddCommand } from './main.ts'
import { progressLine } from './progress.ts'

interface SimOptions {
  readonly top?: string
  readonly clock: readonly (readonly [string, number])[]
  readonly reset: readonly VerilogReset[]
  readonly parameter: readonly (readonly [string, string])[]
  readonly only?: string
  readonly seed: number
  readonly waves: string
  readonly json?: boolean
}

const usage = `
The test file exports functions; each is a test, which gets a fresh simulator after its reset:

  import type { VerilogBench } from '#sim/verilog'

  export const counts = async ({ io, cycles, risingEdge }: VerilogBench) => {
    io.enable.value = 1
    await cycles(3)
    if (io.count.value !== 3) throw new Error(\`counted to \${io.count.value}\`)
  }

A test that fails leaves a waveform of its ports. More: docs/tasks.md.

Example:
  npx tessera sim examples/plain-verilog/*.v examples/plain-verilog/uart.test.ts
`

export const addSim: AddCommand = (program, io, finish) => {
  program
    .command('sim')
    .summary('test plain Verilog')
    .description(
      'Runs the tests of a TypeScript file on Verilog, in Verilator.\n' +
        'Exit code 0: all tests passed. 1: some failed. 2: nothing could run.',
    )
    .argument('<files...>', 'Verilog files, and one TypeScript file with tests')
    .option('--top <module>', 'the module to test; needed when more than one is nobody’s part')
    .option('--clock <name=ns>', 'a clock input and its period in ns; may be repeated', clock, [])
    .option('--reset <name[:low]>', 'a reset input, active high unless `:low`; may be repeated', reset, [])
    .option('-G, --parameter <name=value>', 'a parameter of the top; may be repeated', parameter, [])
    .option('--only <text>', 'only tests with this text in their name')
    .option('--seed <number>', 'decides first values of registers without reset', whole, 1)
    .option('--waves <directory>', 'where waveforms of tests that fail go', 'out/waves')
    .option('--json', 'print the results as a JSON array')
    .addHelpText('after', usage)
    .action(async (files: readonly string[], options: SimOptions) => {
      finish(await run(files, options, io))
    })
}

const pair = (text: string, what: string): readonly [string, string] => {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError(`write ${what}`)
  return [name, value]
}

const clock = (text: string, before: SimOptions['clock']): SimOptions['clock'] => {
  const [name, period] = pair(text, 'NAME=NANOSECONDS')
  if (!(Number(period) > 0)) throw new InvalidArgumentError('give a period in ns above 0')
  return [...before, [name, Number(period)]]
}

const reset = (text: string, before: readonly VerilogReset[]): readonly VerilogReset[] => {
  const [, port, active] = /^(\w+)(?::(low|high))?$/.exec(text) ?? []
  if (port === undefined) throw new InvalidArgumentError('write NAME or NAME:low')
  return [...before, { port, active: active === 'low' ? 'low' : 'high' }]
}

const parameter = (text: string, before: SimOptions['parameter']): SimOptions['parameter'] => [
  ...before,
  pair(text, 'NAME=VALUE'),
]

const whole = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number from 0')
  return value
}

const run = async (files: readonly string[], options: SimOptions, io: Io): Promise<number> => {
  const { verilog, testFile } = sorted(files)
  const tests = await testsIn(testFile, options.only)
  const { openVerilog, runVerilogTests } = await import('#sim/verilog')
  const progress = progressLine(io)
  try {
    progress.stage('building the simulator')
    const design = await openVerilog({
      files: verilog,
      top: options.top,
      parameters: Object.fromEntries(options.parameter),
      ...(options.clock.length > 0 && {
        clocks: Object.fromEntries(options.clock.map(([name, period]) => [name, { period }])),
      }),
      ...(options.reset.length > 0 && { resets: options.reset }),
      signal: io.signal,
    })
    mkdirSync(resolve(options.waves), { recursive: true })
    const results = await runVerilogTests(design, tests, {
      seed: options.seed,
      waveOf: (name) => join(options.waves, `${design.top}-${name}.vcd`),
      onResult: (result) => {
        progress.clear()
        if (!options.json) io.out(resultText(result, testFile))
      },
    })
    progress.clear()
    const failed = results.filter(({ ok }) => !ok).length
    io.out(
      options.json
        ? `${JSON.stringify(results, undefined, 2)}\n`
        : `${results.length - failed} of ${results.length} tests of ${design.top} passed\n`,
    )
    return failed === 0 ? exitCodes.fine : exitCodes.found
  } catch (reason) {
    throw reason instanceof SimulationError ? new UsageError(reason.message) : reason
  } finally {
    progress.clear()
  }
}

const sorted = (files: readonly string[]): { readonly verilog: readonly string[]; readonly testFile: string } => {
  const [testFile, ...others] = files.filter((file) => /\.[cm]?[jt]s$/.test(file))
  const verilog = files.filter((file) => /\.s?vh?$/.test(file))
  const unknown = files.find((file) => file !== testFile && !verilog.includes(file) && !others.includes(file))
  if (unknown !== undefined) throw new UsageError(`${unknown} is neither Verilog (*.v, *.sv) nor a test file (*.ts)`)
  if (testFile === undefined || others.length > 0)
    throw new UsageError(`there are ${others.length + (testFile === undefined ? 0 : 1)} test files; name one *.ts`)
  if (verilog.length === 0) throw new UsageError('there is no Verilog; name the *.v files before the test file')
  return { verilog, testFile }
}

const testsIn = async (file: string, only: string | undefined): Promise<Readonly<Record<string, VerilogTest>>> => {
  const path = resolve(file)
  if (!existsSync(path)) throw new UsageError(`${file}: there is no such file`)
  const exported = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>
  // by name: modules do not say in which order they declare what they export
  const all = Object.entries(exported)
    .filter((entry): entry is [string, VerilogTest] => typeof entry[1] === 'function' && entry[0] !== 'default')
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const chosen = all.filter(([name]) => only === undefined || name.includes(only))
  if (chosen.length > 0) return Object.fromEntries(chosen)
  if (all.length === 0) throw new UsageError(`${file} exports no function; each function that it exports is a test`)
  throw new UsageError(`no test has '${only ?? ''}' in its name; there are ${all.map(([name]) => name).join(', ')}`)
}

const resultText = (
  { name, ok, time, seconds, error = '', wave, waveText = '' }: VerilogResult,
  file: string,
): string => {
  const line = `${ok ? 'ok    ' : 'FAILED'} ${name}  (${time} ns, ${seconds.toFixed(2)} s)\n`
  if (ok) return line
  const indented = (text: string): string => text.replace(/^(?=.)/gm, '    ')
  return [
    line,
    `${indented(error)}\n`,
    ...(waveText === '' ? [] : [`\n${indented(waveText)}\n`]),
    ...(wave === undefined ? [] : [`    waveform: ${wave}\n`]),
    `    again: npx tessera sim ... ${file} --only ${name}\n`,
  ].join('')
}
