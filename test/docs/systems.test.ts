/** The page on described systems: its codes are those of the sources, its refusal is what the command says. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tessera } from '../cli/run-cli.ts'

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'systems.md'), 'utf8')

test('every code of the sources is in the table, and every code of the table in the sources', () => {
  const sources = ['src/topology', 'src/describe'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((file) => readFileSync(join(root, folder, file), 'utf8')),
  )
  const used = sources.flatMap((text) => [...text.matchAll(/'(NOC-\d{4})'/g)].map(([, code]) => code))
  const told = [...page.matchAll(/^\| (NOC-\d{4}) /gm)].map(([, code]) => code)

  expect(told).toEqual([...new Set(used)].toSorted())
})

test('the refusal reads as on the page', async () => {
  const { err } = await tessera(['noc', 'check', 'examples/systems/deadlock.json'])

  expect(page).toContain(`\`\`\`text\n${err}\`\`\``)
})
