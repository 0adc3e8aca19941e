/** Fixes as edits of files. */
import type { Fix } from '#ir'
import { excerptAt } from './diagnostic-excerpt.ts'

/** A position in a file; line and column count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** What is between two positions of a file is replaced by a text. */
export interface Edit {
  readonly title: string
  readonly file: string
  readonly from: Position
  readonly to: Position
  readonly text: string
}

/**
 * The edit that a fix stands for. Undefined when the file is not as it was, the call goes over several lines, or the text to
 * replace is not there once: then it is not certain.
 */
export const editOf = ({ title, origin, edit }: Fix): Edit | undefined => {
  const [place] = origin.places
  const excerpt = place && excerptAt(place)
  if (place === undefined || excerpt === undefined) return undefined

  const { file, line } = place
  const begin = excerpt.column
  const end = begin + excerpt.length
  const call = excerpt.text.slice(begin - 1, end - 1)
  if (!call.endsWith(')')) return undefined
  const between = (from: number, to: number, text: string): Edit => ({
    title,
    file,
    from: { line, column: from },
    to: { line, column: to },
    text,
  })
  switch (edit.kind) {
    case 'append':
      return between(end, end, edit.text)
    case 'replace': {
      const at = call.indexOf(edit.text)
      if (at < 0 || call.includes(edit.text, at + 1)) return undefined
      return between(begin + at, begin + at + edit.text.length, edit.by)
    }
    case 'remove':
      // with its line, when there is nothing else on it
      if (excerpt.text.trim().replace(/;$/, '') !== call) return undefined
      return { ...between(1, 1, ''), to: { line: line + 1, column: 1 } }
  }
}
