/** docs/os.md: pictures as the tool draws them, and tables that are complete. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { programs } from '../../src/services/index.ts'
import { tessera } from '../cli/run-cli.ts'

const minutes = 60_000
const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/os.md'), 'utf8')

const pictures = [...page.matchAll(/```mermaid\n([^]*?)```/g)].map(([, picture = '']) => picture)

test('the sequence pictures are those that the tool draws', { timeout: 3 * minutes }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-sequences-'))
  for (const name of ['journeys', 'memory']) {
    const { code, err } = await tessera(['boot', join(root, `boot/${name}.xml`), '--sequences', folder])
    expect({ code, err }).toEqual({ code: 0, err: '' })
  }

  const drawn = ['null-system-call', 'file-open', 'file-read', 'revoke'].map((name) =>
    readFileSync(join(folder, `${name}.mmd`), 'utf8'),
  )
  expect(pictures).toEqual(drawn)
})

test('the pictures show a system call, a file read without the server copying, and a revoke that reaches an endpoint', () => {
  const [call = '', , read = '', revoke = ''] = pictures

  expect(call).toMatch(/system call noop[^]*-->>/)
  expect(read).toMatch(/request nextIn[^]*configures endpoint \d+: memory[^]*reads 64 bytes/)
  expect(revoke).toMatch(/system call revoke[^]*invalidates endpoint \d+[^]*done/)
})

test('every program and every boot file is in the tables', () => {
  const files = readdirSync(join(root, 'boot')).filter((name) => name.endsWith('.xml'))

  expect(files.filter((name) => !page.includes(`\`boot/${name}\``))).toEqual([])
  expect([...programs.keys()].filter((name) => !new RegExp(`\\| \`${name}\` +\\|`).test(page))).toEqual([])
})

test('costs of software make a run longer and change nothing else', { timeout: 2 * minutes }, async () => {
  const boot = async (cost: string) => {
    const { out } = await tessera(['boot', join(root, 'boot/memory.xml'), '--json', '--software-cost', cost])
    return JSON.parse(out) as { readonly ok: boolean; readonly cycles: number; readonly output: unknown }
  }
  const [free, cheap, dear] = [await boot('0'), await boot('2'), await boot('2,3')]

  expect([free.ok, cheap.ok, dear.ok]).toEqual([true, true, true])
  expect(cheap.cycles).toBeGreaterThan(free.cycles)
  expect(dear.cycles).toBeGreaterThan(cheap.cycles)
  expect(dear.output).toEqual(free.output)
})

test('a cost that is no number of cycles is refused', async () => {
  const { code, err } = await tessera(['boot', join(root, 'boot/hello.xml'), '--software-cost', 'much'])

  expect(code).toBe(2)
  expect(err).toContain('--software-cost much: cycles per operation')
})
