/** The pages on errors: their examples make the error, read as the page says, and their fixes elaborate. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Diagnostic, Mark } from '#ir'
import { DesignError, diagnosticCode, knownCodes, renderDiagnostics } from '#report'

const repository = join(import.meta.dirname, '..', '..')
const folder = join(repository, 'docs', 'errors')
const pages = readdirSync(folder).filter((file) => /^HDL-\d{4}\.md$/.test(file))

/** Only those who make nodes themselves can make this mistake (0207); nobody looks for these yet (0107, 0304). */
const withoutExample = ['HDL-0207']

test('every code has a page, and every page a code', () => {
  expect(pages.map((page) => page.replace('.md', ''))).toEqual(knownCodes())
})

test('the list of all pages has every title', () => {
  const list = knownCodes().map((code) => `- [${code}](${code}.md): ${diagnosticCode(code)?.title}`)

  expect(
    readPage('README.md')
      .split('\n')
      .filter((line) => line.startsWith('- [HDL')),
  ).toEqual(list)
})

test('every code that the sources mention is known', () => {
  const mentioned = readdirSync(join(repository, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => readFileSync(join(repository, 'src', file), 'utf8').match(/HDL-\d{4}/g) ?? [])

  expect([...new Set(mentioned)].filter((code) => diagnosticCode(code) === undefined)).toEqual([])
})

test.each(pages)('%s begins with the code and its title', (page) => {
  const code = page.replace('.md', '')

  expect(readPage(page).split('\n')[0]).toBe(`# ${code}: ${diagnosticCode(code)?.title}`)
})

describe.each(pages.filter((page) => !withoutExample.includes(page.replace('.md', ''))))('%s', (page) => {
  const code = page.replace('.md', '')
  const [example, ...fixes] = blocks(readPage(page), 'ts')
  let thrown: unknown
  beforeAll(async () => {
    thrown = await run(code, 'example.ts', example ?? '')
  })

  test('the example makes the error', () => {
    expect(codesOf(thrown)).toContain(code)
  })

  test('the error reads as on the page', async () => {
    const text = textOf(thrown, dirname(fileOf(code, 'example.ts')))

    const read = readPage(page).replace(/```text\n[^]*?```/, () => `\`\`\`text\n${text}\n\`\`\``)

    await expect(read).toMatchFileSnapshot(join(folder, page))
  })

  test.each(fixes.map((fix, index) => [index + 1, fix] as const))('fix %i has no error', async (index, fix) => {
    expect(await run(code, `fix-${index}.ts`, fix)).toBeUndefined()
  })
})

function readPage(page: string): string {
  return readFileSync(join(folder, page), 'utf8')
}

function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/```(\w+)\n([^]*?)```/g)]
    .filter((found) => found[1] === language)
    .map((found) => found[2] ?? '')
}

function fileOf(code: string, file: string): string {
  return join(repository, 'out', 'errors', code, file)
}

/** What a block throws; undefined when it runs through. */
async function run(code: string, file: string, text: string): Promise<unknown> {
  const path = fileOf(code, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  try {
    await import(/* @vite-ignore */ path)
    return undefined
  } catch (error) {
    return error
  }
}

/** The codes of an error; one that JavaScript makes us throw in the middle of a value has its code in front. */
function codesOf(error: unknown): readonly string[] {
  if (error instanceof DesignError) return error.diagnostics.map(({ code }) => code)
  return /^HDL-\d{4}/.exec(messageOf(error)) ?? []
}

function textOf(error: unknown, cwd: string): string {
  return error instanceof DesignError
    ? renderDiagnostics(error.diagnostics.map(withoutCallers), { cwd })
    : messageOf(error)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}

/** A page shows the example and not who ran it. */
function withoutCallers(diagnostic: Diagnostic): Diagnostic {
  const cut = ({ origin, note }: Mark): Mark => ({
    note,
    origin: { name: origin.name, places: origin.places.slice(0, 1) },
  })
  return { ...diagnostic, at: cut(diagnostic.at), also: diagnostic.also.map(cut) }
}
