/** The pages on errors of simulators and proofs: every code has one, and it reads as the source says it. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const repository = join(import.meta.dirname, '..', '..')
const folder = join(repository, 'docs', 'errors')
const pages = readdirSync(folder)
  .filter((file) => /^(SIM|PRV)-\d{4}\.md$/.test(file))
  .map((file) => file.replace('.md', ''))

const sources = ['src', 'sim'].flatMap((root) =>
  readdirSync(join(repository, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file: join(root, file), text: readFileSync(join(repository, root, file), 'utf8') })),
)
const texts = new Map<string, readonly (readonly string[])[]>()

/** The files that make an error with a code; a comment that names it does not count. */
const makersOf = (code: string): readonly string[] =>
  sources.filter(({ text }) => text.includes(`'${code}'`)).map(({ file }) => file)

test('every code that the sources use has a page, and every page a code', () => {
  const used = sources.flatMap(({ text }) => [...text.matchAll(/'((?:SIM|PRV)-\d{4})'/g)].map((match) => match[1]))

  expect([...new Set(used)].toSorted()).toEqual(pages.toSorted())
})

describe.each(pages)('%s', (code) => {
  const page = readFileSync(join(folder, `${code}.md`), 'utf8')
  const title = /^# \S+: (.*)$/m.exec(page)?.[1] ?? ''
  const example = /```text\n([^]*?)\n```/.exec(page)?.[1] ?? ''

  test('the page has its title, and is in the list of all pages', () => {
    expect(page.split('\n')[0]).toBe(`# ${code}: ${title}`)
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`- [${code}](${code}.md): ${title}\n`)
  })

  test('the example is in the words of the source', () => {
    const rooms = new Set(makersOf(code).map((file) => dirname(file)))
    const spoken = sources
      .filter(({ file }) => rooms.has(dirname(file)))
      .flatMap(({ file, text }) => {
        if (!texts.has(file)) texts.set(file, textsIn(text))
        return texts.get(file) ?? []
      })
      .filter((chunks) => chunks.join('').trim().length >= 12)

    expect(example.startsWith(`${code}: `)).toBe(true)
    expect(spoken.some((chunks) => appearInOrder(chunks, example.split('\n')[0] ?? ''))).toBe(true)
  })
})

/** The texts of a source, without what is put into them. */
function textsIn(source: string): readonly (readonly string[])[] {
  const found: string[][] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push([node.text])
    if (ts.isTemplateExpression(node)) {
      found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)])
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true))
  return found.map((chunks) => chunks.map((chunk) => chunk.split('\n')[0] ?? ''))
}

function appearInOrder(chunks: readonly string[], text: string): boolean {
  let from = 0
  return chunks.every((chunk) => {
    const found = text.indexOf(chunk, from)
    from = found + chunk.length
    return found >= 0
  })
}
