/** docs/proofs.md and docs/noc.md against the code: properties of NoC section 11, tests of section 14. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { moduleCrossing, network } from '#hdl/noc'
import type { Design } from '#ir'
import { meshSystem } from '#topology'

const root = new URL('../../', import.meta.url)
const fileOf = (name: string): string => fileURLToPath(new URL(name, root))
const rowsOf = (page: string, first: RegExp): readonly (readonly string[])[] =>
  readFileSync(fileOf(page), 'utf8')
    .split('\n')
    .filter((line) => first.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))

const properties = rowsOf('docs/proofs.md', /^\| P-\d+ /)
const tests = rowsOf('docs/noc.md', /^\| T-\d+ /)

const sentencesOf = ({ modules }: Design): readonly string[] =>
  modules.flatMap((one) => one.properties.flatMap((each) => ('sentence' in each ? [String(each.sentence)] : [])))

const hardware = [
  ...sentencesOf(
    elaborate(network({ ...meshSystem({ columns: 2, rows: 1, modulesPerRouter: 2 }), network: { linkStages: 1 } })),
  ),
  ...sentencesOf(elaborate(network({ ...meshSystem({ columns: 2, rows: 1 }), network: { rounds: 2 } }))),
  ...sentencesOf(elaborate(moduleCrossing(2))),
]

describe('the table of properties', () => {
  test('has all of sections 11.1 and 11.2', () => {
    const numbers = [...Array.from({ length: 17 }, (_, at) => at + 1), 20, 21, 22, 23, 24, 25, 26]

    expect(properties.map(([, name]) => name)).toEqual(numbers.map((number) => `P-${number}`))
  })

  test.each(properties)('%s%s names assertions that the hardware has', (_, __, watched = '') => {
    for (const [, sentence = ''] of watched.matchAll(/"([^"]+)"/g))
      expect(hardware.filter((one) => one.includes(sentence))).not.toEqual([])
  })
})

test('the table of tests has all of section 14', () => {
  expect(tests.map(([, name]) => name)).toEqual(Array.from({ length: 16 }, (_, at) => `T-${at + 1}`))
})

test('files that the tables name are there, and speak of the test', () => {
  for (const cells of [...properties, ...tests]) {
    const files = [...cells.join(' ').matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file as string)
    for (const file of files) expect([file, existsSync(fileOf(file))]).toEqual([file, true])
    const [, name = ''] = cells
    if (name.startsWith('T-') && files.length > 0) {
      const titled = files.some((file) => new RegExp(`${name}\\b`).test(readFileSync(fileOf(file), 'utf8')))
      expect([name, titled]).toEqual([name, true])
    }
  }
})
