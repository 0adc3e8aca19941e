import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshFolder, tessera } from './run-cli.ts'

const minutes = 60_000

interface Boot {
  readonly engine: string
  readonly cycles: number
  readonly ok: boolean
  readonly output: readonly { readonly tile: string; readonly program: string; readonly text: string }[]
}

const boot = async (file: string, platform: string, ...more: readonly string[]): Promise<Boot> => {
  const { code, out, err } = await tessera(['boot', `boot/${file}.xml`, '--platform', platform, '--json', ...more])
  expect({ code, out: code === 0 ? '' : out + err }).toEqual({ code: 0, out: '' })
  return JSON.parse(out) as Boot
}

/** What each tile printed; which of two tiles prints first is a matter of time, and so of the platform. */
const printed = ({ output }: Boot): Readonly<Record<string, string>> => {
  const texts: Record<string, string> = {}
  for (const { tile, program, text } of output) texts[`${tile} ${program}`] = (texts[`${tile} ${program}`] ?? '') + text
  return texts
}

describe.each(['hello', 'rpc', 'memory', 'isolation', 'files'])('boot/%s.xml', { timeout: 10 * minutes }, (file) => {
  test('prints the same on the model, on the RTL and in lockstep', async () => {
    const model = await boot(file, 'model')

    const rtl = await boot(file, 'rtl', '--engine', 'wasm')
    const lockstep = await boot(file, 'lockstep', '--engine', 'wasm')

    expect(model.ok && rtl.ok && lockstep.ok).toBe(true)
    expect([model.engine, rtl.engine, lockstep.engine]).toEqual(['model', 'wasm', 'wasm'])
    expect(Object.keys(printed(model)).length).toBeGreaterThan(0)
    expect(printed(rtl)).toEqual(printed(model))
    expect(printed(lockstep)).toEqual(printed(model))
    expect(lockstep.cycles).toBe(rtl.cycles)
  })
})

test(
  'both engines run a boot file in the same cycles, step by step, and Verilator is taken once it was built',
  { timeout: 20 * minutes },
  async () => {
    const folder = freshFolder()
    const [first, second] = ['verilator.jsonl', 'wasm.jsonl'].map((name) => join(folder, name)) as [string, string]

    const verilator = await boot('rpc', 'rtl', '--engine', 'verilator', '--trace', first)
    const wasm = await boot('rpc', 'rtl', '--engine', 'wasm', '--trace', second)
    const chosen = await boot('hello', 'lockstep')

    expect([verilator.engine, wasm.engine, chosen.engine]).toEqual(['verilator', 'wasm', 'verilator'])
    expect(wasm.cycles).toBe(verilator.cycles)
    expect(printed(wasm)).toEqual(printed(verilator))
    // Bytes that nobody looks at are what each engine draws from the seed.
    const steps = (file: string): readonly string[] =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => /"cycle":\d+,"module":"\w+","probe":"\w+"/.exec(line)?.[0] ?? '')
    expect(steps(first).length).toBeGreaterThan(10_000)
    expect(steps(second)).toEqual(steps(first))
  },
)

test('a waveform of the WebAssembly engine is a VCD file, and another one is refused', async () => {
  const wave = join(freshFolder(), 'hello.vcd')
  const inWasm = ['boot', 'boot/hello.xml', '--platform', 'rtl', '--engine', 'wasm', '--limit-cycles', '300']

  await tessera([...inWasm, '--wave', wave])
  const fst = await tessera([...inWasm, '--wave', wave.replace('.vcd', '.fst')])
  const onModel = await tessera(['boot', 'boot/hello.xml', '--engine', 'wasm'])
  const unknown = await tessera(['boot', 'boot/hello.xml', '--platform', 'rtl', '--engine', 'wasn'])

  const text = readFileSync(wave, 'utf8')
  expect(text).toContain('tile_kernel')
  expect(text.split('\n').filter((line) => line.startsWith('#')).length).toBeGreaterThan(100)
  expect([fst.code, onModel.code, unknown.code]).toEqual([2, 2, 2])
  expect(fst.err).toContain('writes waveforms as .vcd')
  expect(onModel.err).toContain('--engine needs --platform rtl or lockstep')
  expect(unknown.err).toContain("Did you mean 'wasm'")
})

test.each(['model', 'rtl'])(
  'the same seed on %s gives the same cycles and the same trace, byte for byte',
  { timeout: 10 * minutes },
  async (platform) => {
    const folder = freshFolder()
    const [first, second] = ['first.jsonl', 'second.jsonl'].map((name) => join(folder, name)) as [string, string]

    const one = await boot('hello', platform, '--seed', '11', '--trace', first)
    const two = await boot('hello', platform, '--seed', '11', '--trace', second)

    expect(two.cycles).toBe(one.cycles)
    expect(readFileSync(second)).toEqual(readFileSync(first))
    expect(readFileSync(first).length).toBeGreaterThan(1000)
  },
)

test('the intruder of isolation.xml is told an error for every attempt, and nothing changes', async () => {
  const lines = (await boot('isolation', 'lockstep')).output.flatMap(({ text }) => text.trimEnd().split('\n'))

  for (const refused of [
    'set the privilege bit in FEATURES: ignored',
    'write to memory that I may only read: NO_PERM',
    'read behind the end of that memory: OUT_OF_BOUNDS',
    'read into my endpoint registers: NO_PERM',
    'write registers through a forged endpoint 128: NO_MEP',
    "use the neighbour's memory endpoint: NO_MEP",
    'send through a reply endpoint: SEND_REPLY_EP',
    'none of my endpoints changed, nor my privilege',
    'my endpoints, privilege and memory are as before',
  ])
    expect(lines).toContain(refused)
})
