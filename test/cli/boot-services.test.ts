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
