/** Lines of a designer's file, and which part of one a mistake is about. */
import { readFileSync } from '#host'
import type { Place } from '#ir'

/** A line of source with the columns that a mark underlines; columns count from 1. */
export interface Excerpt {
  readonly text: string
  readonly column: number
  readonly length: number
}

/** The line at a place with the call that begins there; undefined when the file or the line is not there any more. */
export const excerptAt = (place: Place): Excerpt | undefined => {
  const text = linesOf(place.file)?.[place.line - 1]
  if (text === undefined || place.column > text.length) return undefined
  return { text, ...callAt(text, place.column) }
}

/**
 * The call at a column of a line: from its receiver to its closing parenthesis. Without a closing parenthesis on the
 * line only up to the end of the name.
 */
const callAt = (text: string, column: number): { readonly column: number; readonly length: number } => {
  const at = column - 1
  const start = receiverStart(text, at)
  const name = /^[\w$.]*/.exec(text.slice(at))?.[0] ?? ''
  const close = closingBracket(text, at + name.length)
  const end = close ?? at + Math.max(name.length, 1)
  return { column: start + 1, length: end - start }
}

/** Engines say where the method's name stands; the expression begins where its receiver does. */
const receiverStart = (text: string, at: number): number => {
  let start = at
  while (start > 0) {
    const before = text[start - 1] ?? ''
    if (/[\w$.]/.test(before)) start--
    else if (before === ')' || before === ']') {
      // brackets belong to the receiver only in front of a dot
      if (text[start] !== '.') break
      const open = openingBracket(text, start - 1)
      if (open === undefined) break
      start = open
    } else break
  }
  return text[start] === '.' ? at : start
}

const openingBracket = (text: string, close: number): number | undefined => {
  let depth = 0
  for (let at = close; at >= 0; at--) {
    if (/[)\]}]/.test(text[at] ?? '')) depth++
    if (/[([{]/.test(text[at] ?? '') && --depth === 0) return at
  }
  return undefined
}

/** Behind the bracket that closes the one at `open`; undefined when there is none, or it stays open on this line. */
const closingBracket = (text: string, open: number): number | undefined => {
  if (text[open] !== '(') return undefined
  let depth = 0
  let quote: string | undefined
  for (let at = open; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (quote !== undefined) {
      if (letter === '\\') at++
      else if (letter === quote) quote = undefined
    } else if (/['"`]/.test(letter)) quote = letter
    else if (/[([{]/.test(letter)) depth++
    else if (/[)\]}]/.test(letter) && --depth === 0) return at + 1
  }
  return undefined
}

const linesOf = (file: string): readonly string[] | undefined => {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)
  } catch {
    // a file that is gone costs its lines, the place is still worth something
    return undefined
  }
}
