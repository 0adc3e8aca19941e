import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fix } from '#ir'
import { DesignError, diagnosticsToJson, editOf } from '#report'

const source = `const part = module('part', ports, ({ total }) => {
  allow('HDL-0305', 'spare', total)
  total.next(held.add(returned))
  state.go('acess'); state.go('idle')
  same('a', 'a')
  total.next(held.add(
    returned))
})
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-fixes-'))
  writeFileSync(join(folder, 'part.ts'), source)
})
afterAll(() => rmSync(folder, { recursive: true }))

const fixAt = (line: number, piece: string, edit: Fix['edit']): Fix => {
  const column = (source.split('\n')[line - 1] ?? '').indexOf(piece) + 1
  return {
    title: 'a fix',
    origin: { places: [{ file: join(folder, 'part.ts'), line, column }], name: undefined },
    edit,
  }
}

/** The source after the edit; undefined when there is none. */
const edited = (fix: Fix): string | undefined => {
  const edit = editOf(fix)
  if (edit === undefined) return undefined
  const lines = source.split('\n')
  const offset = ({ line, column }: { readonly line: number; readonly column: number }): number =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1
  return source.slice(0, offset(edit.from)) + edit.text + source.slice(offset(edit.to))
}

describe('an edit', () => {
  test('stands behind the call', () => {
    expect(edited(fixAt(3, 'add(', { kind: 'append', text: '.truncate(8)' }))).toBe(
      source.replace('held.add(returned))\n  state', 'held.add(returned).truncate(8))\n  state'),
    )
  })

  test('replaces a text inside of the call', () => {
    expect(edited(fixAt(4, 'go(', { kind: 'replace', text: "'acess'", by: "'access'" }))).toBe(
      source.replace("'acess'", "'access'"),
    )
  })

  test('takes a statement out with its line', () => {
    expect(edited(fixAt(2, 'allow(', { kind: 'remove' }))).toBe(source.replace(/ {2}allow.*\n/, ''))
  })
})

describe('there is no edit', () => {
  test.each([
    ['where the call goes over several lines', 6, 'next(', { kind: 'append', text: '.truncate(8)' }],
    ['where the text is there twice', 5, 'same(', { kind: 'replace', text: "'a'", by: "'b'" }],
    ['where the text is not there', 4, 'go(', { kind: 'replace', text: "'other'", by: "'b'" }],
    ['where the line has something else', 4, 'go(', { kind: 'remove' }],
  ] as const)('%s', (_, line, piece, edit) => {
    expect(editOf(fixAt(line, piece, edit))).toBeUndefined()
  })

  test('where the file is gone', () => {
    const origin = { places: [{ file: join(folder, 'gone.ts'), line: 1, column: 1 }], name: undefined }

    expect(editOf({ title: 'a fix', origin, edit: { kind: 'remove' } })).toBeUndefined()
  })
})

test('mistakes as data have their edits, with the file as it is shown', () => {
  const error = new DesignError([
    {
      code: 'HDL-0102',
      title: 'widths',
      at: { origin: { places: [], name: undefined }, note: '' },
      also: [],
      path: [],
      help: [],
      fixes: [fixAt(3, 'add(', { kind: 'append', text: '.truncate(8)' })],
    },
  ])

  expect(diagnosticsToJson(error.diagnostics, { cwd: folder })[0]?.fixes).toEqual([
    {
      title: 'a fix',
      file: 'part.ts',
      from: { line: 3, column: 32 },
      to: { line: 3, column: 32 },
      text: '.truncate(8)',
    },
  ])
})
