/** What the parts cost on an iCE40, and the page that says so: `npx vitest run test/hdl/lib/cost.test.ts -u` writes it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { afterAll, describe, expect, test } from 'vitest'
import { elaborate, uint } from '#edsl'
import * as lib from '#hdl/lib'
import { synthesise, targetNamed } from '#synth'
import { libraryParts, notInTable } from '../../support/library-parts.ts'

const page = 'docs/library.md'
const directory = mkdtempSync(join(tmpdir(), 'tessera-library-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const costOf = (definition: { readonly name: string }) =>
  synthesise(elaborate(definition), targetNamed('ice40-hx8k'), { directory: join(directory, definition.name) })

describe('queues are in block RAM where they promise it:', () => {
  test.each([
    ['a block-RAM queue', lib.blockFifo(uint(8), 512), 1],
    ['one that is not a power of two deep', lib.blockFifo(uint(16), 200), 1],
    ['one of wide words', lib.blockFifo(uint(64), 256), 4],
    ['a queue between clocks', lib.asyncFifo(uint(16), 256), 1],
  ])('%s', async (_, part, rams) => {
    const report = await costOf(part)

    expect(report.rams).toBe(rams)
    expect(report.flipFlops).toBeLessThan(80)
  })
})

test('the page has every part, with what it costs now', async () => {
  const text = readFileSync(page, 'utf8')
  const begin = '<!-- The table is written by test/hdl/lib/cost.test.ts. -->'
  const end = '<!-- The end of the table. -->'
  const lines: string[] = []
  for (const { heading, call, says, latency, make } of libraryParts) {
    if (!lines.includes(`### ${heading}`))
      lines.push('', `### ${heading}`, '', '| Part | | Cycles | LUT | FF | RAM |', '| - | - | - | -: | -: | -: |')
    const { luts, flipFlops, rams } = await costOf(make())
    lines.push(`| \`${call}\` | ${says} | ${latency} | ${luts} | ${flipFlops} | ${rams} |`)
  }
  const fresh = [...text.split(begin).slice(0, 1), begin, ...lines, '', end, text.split(end)[1]?.trimStart() ?? '']

  const written = await format(fresh.join('\n'), { ...(await resolveConfig(page)), parser: 'markdown' })

  await expect(written).toMatchFileSnapshot(join(process.cwd(), page))
}, 300_000)

test('every function of the library has its line, or a reason to have none', () => {
  const named = new Set([...libraryParts.map(({ call }) => call.split('(')[0]), ...notInTable])

  expect(Object.keys(lib).filter((name) => !named.has(name))).toEqual([])
})
