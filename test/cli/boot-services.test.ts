/** Boot files of services, on the model, through the command line. */
import { expect, test } from 'vitest'
import { tessera } from './run-cli.ts'

const minutes = 60_000

interface Booted {
  readonly ok: boolean
  readonly output: readonly { readonly program: string; readonly text: string }[]
  readonly programs: readonly { readonly program: string; readonly exitCode: number }[]
}

const boot = async (file: string, ...more: readonly string[]): Promise<Booted & { said: Record<string, string> }> => {
  const { out } = await tessera(['boot', `boot/${file}.xml`, '--json', ...more])
  const booted = JSON.parse(out) as Booted
  const said = Object.fromEntries(booted.output.map(({ program, text }) => [program, text]))
  return { ...booted, said }
}

test('boot/terminal.xml: a program talks with whoever types', { timeout: minutes }, async () => {
  const { ok, said } = await boot('terminal')

  expect(ok).toBe(true)
  expect(said).toEqual({
    vterm: 'Alice\nBop\b \bb\nWho is there?\nHello, Alice!\nHello, Bob!\nNobody else? Bye.\n',
  })
})

test(
  'boot/example-system.xml: Control finds the carriers by accelerator, and Monitor hears of them',
  { timeout: 2 * minutes },
  async () => {
    const { ok, said } = await boot('example-system')

    expect(ok).toBe(true)
    expect(said['control']).toBe(
      'recorded 3 blocks of 64 samples\n' +
        'block 0: somebody sends at 5\nblock 1: somebody sends at 12\nblock 2: somebody sends at 31\n',
    )
    expect(said['monitor']).toBe(
      'report: block 0: carrier at 5\nreport: block 1: carrier at 12\nreport: block 2: carrier at 31\n' +
        'kept 3 reports, 68 bytes, in /log\n',
    )
  },
)

test(
  'boot/untrusted-core.xml: who took a tile over is refused, and the others go on',
  { timeout: 2 * minutes },
  async () => {
    const { ok, said } = await boot('untrusted-core')

    expect(ok).toBe(true)
    expect(said['files']).toContain('wrote 32 KiB to /data, in 1 extent; read it back: all bytes right\n')
    expect(said['bytes']).toContain('passed 4 KiB through a pipe of 256 bytes: all bytes right\n')
    expect(said['attacker']).toMatch(/^2000 commands with random arguments\n(.+: [A-Z_]+ \d+\n){10,}$/)
    expect(said['attacker']).not.toMatch(/(read|write): NONE/)
  },
)
