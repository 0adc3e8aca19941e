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

    const rtl = await boot(file, 'rtl')
    const lockstep = await boot(file, 'lockstep')

    expect(model.ok && rtl.ok && lockstep.ok).toBe(true)
    expect([model.engine, rtl.engine, lockstep.engine]).toEqual(['model', 'verilator', 'verilator'])
    expect(Object.keys(printed(model)).length).toBeGreaterThan(0)
    expect(printed(rtl)).toEqual(printed(model))
    expect(printed(lockstep)).toEqual(printed(model))
    expect(lockstep.cycles).toBe(rtl.cycles)
  })
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
