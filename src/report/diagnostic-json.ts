/** Mistakes as plain data, for tools. */
import type { Diagnostic, Mark, Place } from '#ir'
import { diagnosticCode } from './diagnostic-codes.ts'
import { editOf } from './diagnostic-fixes.ts'
import type { Edit } from './diagnostic-fixes.ts'
import { shownFile } from './diagnostic-text.ts'

/** A place that belongs to a mistake; without file when it is unknown. */
export interface JsonMark extends Partial<Place> {
  readonly note: string
  /** Who called the function that the place is in, innermost first. */
  readonly calledFrom: readonly Place[]
}

/** A mistake as `--json` prints it. */
export interface JsonDiagnostic {
  readonly code: string
  readonly family: string
  readonly title: string
  readonly page: string
  readonly at: JsonMark
  readonly also: readonly JsonMark[]
  readonly path: readonly string[]
  readonly help: readonly string[]
  /** Edits that a tool can make; each of them alone mends the mistake. */
  readonly fixes: readonly Edit[]
}

/** The data of mistakes, ready for `JSON.stringify`; files are named from `cwd`. */
export const diagnosticsToJson = (
  diagnostics: readonly Diagnostic[],
  { cwd = process.cwd() }: { readonly cwd?: string } = {},
): readonly JsonDiagnostic[] =>
  diagnostics.map(({ code, title, at, also, path, help, fixes = [] }) => ({
    code,
    family: diagnosticCode(code)?.family ?? 'unknown',
    title,
    page: diagnosticCode(code)?.page ?? '',
    at: markData(at, cwd),
    also: also.map((mark) => markData(mark, cwd)),
    path,
    help,
    fixes: fixes.flatMap((fix) => editOf(fix) ?? []).map((edit) => ({ ...edit, file: shownFile(edit.file, cwd) })),
  }))

const markData = ({ origin, note }: Mark, cwd: string): JsonMark => {
  const [place, ...calledFrom] = origin.places.map(({ file, line, column }) => ({
    file: shownFile(file, cwd),
    line,
    column,
  }))
  return { ...place, note, calledFrom }
}
