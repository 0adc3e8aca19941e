import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Diagnostic, Origin } from '#ir'
import { DesignError, diagnosticsToJson, renderDiagnostics } from '#report'

const source = `const arbiter = module('arbiter', ports, ({ grant }) => {
  const winner = wire(uint(4), 0)
  grant.drive(0)
  when(anyRequest, () => {
    grant.drive(winner)
  })
\ttotal.next(held.add(returned))
  const idle = risingEdge(busy).not()
})
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-report-'))
  writeFileSync(join(folder, 'arbiter.ts'), source)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The place of a piece of the source, or of a file that is not there. */
const at = (line: number, piece: string, file = 'arbiter.ts'): Origin => ({
  places: [{ file: join(folder, file), line, column: (source.split('\n')[line - 1] ?? '').indexOf(piece) + 1 }],
  name: undefined,
})

const twoDrivers = (): Diagnostic => ({
  code: 'HDL-0203',
  title: '`grant` has two drivers',
  // engines give the place of the method, not of its receiver
  at: { origin: at(5, 'drive('), note: 'second driver, always active' },
  also: [{ origin: at(3, 'drive('), note: 'first driver, always active' }],
  path: ['soc', 'tile', 'router', 'arbiter'],
  help: [
    'give the quiet value as the fallback and drive inside `when`:',
    '  const grant = wire(uint(4), 0)',
    '  when(anyRequest, () => grant.drive(winner))',
  ],
})

const marked = (origin: Origin): Diagnostic => ({
  code: 'HDL-0201',
  title: 'a title',
  at: { origin, note: 'a note' },
  also: [],
  path: [],
  help: [],
})

const render = (...diagnostics: readonly Diagnostic[]): string => renderDiagnostics(diagnostics, { cwd: folder })

test('a mistake shows both places, the hierarchy and the edit, and the count comes last', () => {
  const text = renderDiagnostics([twoDrivers()], { cwd: folder, summary: { designs: 1, modules: 14, seconds: 0.21 } })

  expect(text).toMatchInlineSnapshot(`
    "error HDL-0203  \`grant\` has two drivers

      arbiter.ts:5:5
        5 |     grant.drive(winner)
          |     ^^^^^^^^^^^^^^^^^^^ second driver, always active

      arbiter.ts:3:3
        3 |   grant.drive(0)
          |   ^^^^^^^^^^^^^^ first driver, always active

      in   soc > tile > router > arbiter
      help give the quiet value as the fallback and drive inside \`when\`:
             const grant = wire(uint(4), 0)
             when(anyRequest, () => grant.drive(winner))

    1 error in 1 design (14 modules, 0.2 s)"
  `)
})

test('several mistakes are one text', () => {
  const text = render(marked(at(2, 'wire(')), marked(at(3, 'drive(')))

  expect(text).toMatchInlineSnapshot(`
    "error HDL-0201  a title

      arbiter.ts:2:18
        2 |   const winner = wire(uint(4), 0)
          |                  ^^^^^^^^^^^^^^^^ a note

    error HDL-0201  a title

      arbiter.ts:3:3
        3 |   grant.drive(0)
          |   ^^^^^^^^^^^^^^ a note

    2 errors"
  `)
})

test('a call that goes on in the next line is underlined up to the end of its name', () => {
  const text = render(marked(at(4, 'when(')))

  expect(text).toMatchInlineSnapshot(`
    "error HDL-0201  a title

      arbiter.ts:4:3
        4 |   when(anyRequest, () => {
          |   ^^^^ a note

    1 error"
  `)
})

test('the caret stands below its letter after a tab', () => {
  const lines = render(marked(at(7, 'add('))).split('\n')

  expect(lines.slice(3, 5)).toEqual([
    '    7 | \ttotal.next(held.add(returned))',
    '      | \t           ^^^^^^^^^^^^^^^^^^ a note',
  ])
})

test('the receiver of a call may be a call', () => {
  const lines = render(marked(at(8, 'not('))).split('\n')

  expect(lines.slice(3, 5)).toEqual([
    '    8 |   const idle = risingEdge(busy).not()',
    '      |                ^^^^^^^^^^^^^^^^^^^^^^ a note',
  ])
})

test('a place inside of a helper says who called it', () => {
  const origin: Origin = { places: [...at(8, 'risingEdge').places, ...at(2, 'wire').places], name: undefined }

  expect(render(marked(origin))).toMatchInlineSnapshot(`
    "error HDL-0201  a title

      arbiter.ts:8:16
        8 |   const idle = risingEdge(busy).not()
          |                ^^^^^^^^^^^^^^^^ a note
        called from arbiter.ts:2:18

    1 error"
  `)
})

test('a file that is gone still gives its place', () => {
  expect(render(marked(at(5, 'drive(', 'gone.ts')))).toMatchInlineSnapshot(`
    "error HDL-0201  a title

      gone.ts:5:11
        a note

    1 error"
  `)
})

test('an unknown place is said to be unknown', () => {
  expect(render(marked({ places: [], name: undefined }))).toMatchInlineSnapshot(`
    "error HDL-0201  a title

      (place unknown)
        a note

    1 error"
  `)
})

test('a file outside of the folder is named in full', () => {
  const place = { file: '/elsewhere/part.ts', line: 3, column: 1 }

  expect(render(marked({ places: [place], name: undefined }))).toContain('  /elsewhere/part.ts:3:1\n')
})

test('colours change no letter of the text', () => {
  const text = renderDiagnostics([twoDrivers()], { cwd: folder, color: true })

  expect(text.replace(/\u001b\[\d+m/g, '')).toBe(render(twoDrivers()))
  expect(text).toContain('\u001b[31m')
})

test('the message of a DesignError is the text of its mistakes', () => {
  const error = new DesignError([twoDrivers()], { cwd: folder })

  expect(error.message).toBe(render(twoDrivers()))
  expect(error.diagnostics).toEqual([twoDrivers()])
})

test('mistakes as data have a family, a page and places', () => {
  const data = diagnosticsToJson([twoDrivers()], { cwd: folder })

  expect(JSON.parse(JSON.stringify(data))).toMatchInlineSnapshot(`
    [
      {
        "also": [
          {
            "calledFrom": [],
            "column": 9,
            "file": "arbiter.ts",
            "line": 3,
            "note": "first driver, always active",
          },
        ],
        "at": {
          "calledFrom": [],
          "column": 11,
          "file": "arbiter.ts",
          "line": 5,
          "note": "second driver, always active",
        },
        "code": "HDL-0203",
        "family": "drivers",
        "fixes": [],
        "help": [
          "give the quiet value as the fallback and drive inside \`when\`:",
          "  const grant = wire(uint(4), 0)",
          "  when(anyRequest, () => grant.drive(winner))",
        ],
        "page": "docs/errors/HDL-0203.md",
        "path": [
          "soc",
          "tile",
          "router",
          "arbiter",
        ],
        "title": "\`grant\` has two drivers",
      },
    ]
  `)
})
