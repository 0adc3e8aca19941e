import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../../docs/decisions/', import.meta.url))

test('every decision is in the table of decisions', () => {
  const pages = readdirSync(folder).filter((name) => /^\d{4}-/.test(name))
  const table = readFileSync(`${folder}README.md`, 'utf8')

  expect(pages.filter((page) => !table.includes(`](${page})`))).toEqual([])
})
