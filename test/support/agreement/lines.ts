/** Lines of source that are printed once all uses of all values are known. */
import { declarationOf, printed, type Text, type Value } from './value.ts'

export type Line = () => readonly string[]

export const line =
  (...text: Text): Line =>
  () => [printed(text)]

export const declaration =
  (value: Value): Line =>
  () => {
    const text = declarationOf(value)
    return text === undefined ? [] : [text]
  }

export const linesOf = (lines: readonly Line[]): readonly string[] => lines.flatMap((each) => each())

const indented = (lines: readonly Line[]): readonly string[] => linesOf(lines).map((text) => `  ${text}`)

/** `() => statement`, or a block of them; what comes before and after stands on its first and last line. */
export const block = (before: Text, body: readonly Line[], after: string): Line => {
  return () => {
    const inner = linesOf(body)
    if (inner.length === 1) return [`${printed(before)}() => ${inner[0]}${after}`]
    return [`${printed(before)}() => {`, ...indented(body), `}${after}`]
  }
}

/** Lines of which each goes on where the one before ended. */
export const chained = (parts: readonly Line[]): Line => {
  return () => {
    const all: string[] = []
    for (const part of parts) {
      const [first = '', ...rest] = part()
      all.push(`${all.pop() ?? ''}${first}`, ...rest)
    }
    return all
  }
}

/** A block with a heading and a last line. */
export const wrapped = (head: string, body: readonly Line[], tail: string): Line => {
  return () => [head, ...indented(body), tail]
}
