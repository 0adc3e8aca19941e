// Compares what was recorded with a text waveform in a test.

import { closestName } from '#report'
import type { Recording } from './recording.ts'
import { type WaveTable, waveTable } from './wave-text.ts'

/** What came out of a comparison. */
export interface WaveComparison {
  readonly equal: boolean
  /** The recorded waveform, with the rows of the expected one. */
  readonly actual: string
  readonly expected: string
  /** What differs first, and both waveforms side by side, row by row. */
  readonly explanation: string
}

/**
 * Compares the rows that `expected` has; others may have been recorded, too. Indentation and the rows `cycle`, `edge` and those of
 * clocks are free.
 */
export const compareWave = (recording: Recording, expected: string): WaveComparison => {
  const lines = linesOf(expected)
  const wanted = lines.map(nameOfLine)
  const known = recording.signals.map(({ name }) => name)
  const own = new Set(['cycle', 'edge', 'clk', ...recording.domains.map((domain) => `${domain}_clk`)])
  const names = wanted.filter((name) => known.includes(name) || !own.has(name))
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0 || names.length === 0) {
    const text = waveTable(recording, known).text
    return { equal: false, actual: text, expected: lines.join('\n'), explanation: notRecorded(unknown, known, text) }
  }
  const table = waveTable(recording, names)
  const actualLines = linesOf(table.text).filter((line) => wanted.includes(nameOfLine(line)))
  const byName = new Map(actualLines.map((line) => [nameOfLine(line), line]))
  const actual = wanted.map((name) => byName.get(name) ?? name).join('\n')
  const text = lines.map((line) => respaced(line, table.margin)).join('\n')
  if (actual === text) return { equal: true, actual, expected: text, explanation: '' }
  return {
    equal: false,
    actual,
    expected: text,
    explanation: explain(actual.split('\n'), text.split('\n'), table, recording),
  }
}

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const nameOfLine = (line: string): string => /^\S+/.exec(line)?.[0] ?? ''

/** The same line with as much room behind its name as the recorded waveform has. */
const respaced = (line: string, margin: number): string => {
  const [, name = '', row = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
  return `${name.padEnd(margin)}${row}`.trimEnd()
}

const notRecorded = (unknown: readonly string[], known: readonly string[], text: string): string => {
  const [first] = unknown
  if (first === undefined) return `the expected waveform has no rows; this was recorded:\n\n${text}`
  const meant = closestName(first, known)
  const help = meant === undefined ? `recorded are: ${known.join(', ')}` : `did you mean \`${meant}\`?`
  return `\`${first}\` was not recorded; ${help}`
}

const explain = (
  actual: readonly string[],
  expected: readonly string[],
  { columns, margin }: WaveTable,
  recording: Recording,
): string => {
  let row = 0
  let at = Number.POSITIVE_INFINITY
  actual.forEach((line, index) => {
    const character = firstDifference(line, expected[index] ?? '')
    if (character < at) [row, at] = [index, character]
  })
  const column = columns.findLastIndex((start) => start <= at - margin)
  const cycle = recording.first + Math.max(0, column)
  const lines = actual.flatMap((line, index) => {
    const other = expected[index] ?? ''
    return line === other ? [`    ${line}`] : [`  - ${other}`, `  + ${line}`]
  })
  const name = nameOfLine(actual[row] ?? '')
  const mark = `    ${' '.repeat(Math.max(margin, at))}^`
  const end = at - margin >= (columns.at(-1) ?? 0) + 2 ? ', behind the last cycle that ran' : ''
  return [`\`${name}\` differs first in cycle ${cycle}${end} (- expected, + ran)`, '', ...lines, mark].join('\n')
}

const firstDifference = (a: string, b: string): number => {
  if (a === b) return Number.POSITIVE_INFINITY
  let at = 0
  // Behind the end of a line is nothing but spaces.
  while ((a[at] ?? ' ') === (b[at] ?? ' ')) at++
  return at
}
