// Waveforms as text: one row per signal, one column per cycle.

import type { Recording, WaveSignal } from './recording.ts'
import { valueText } from './value-text.ts'

/** What a text waveform shows. */
export interface WaveTextOptions {
  /** Names of signals, in the order of the rows. @defaultValue all that were recorded */
  readonly signals?: readonly string[]
}

/** A row of a text waveform and where its columns begin in it. */
export interface WaveRow {
  readonly name: string
  readonly text: string
}

/** A text waveform before it is put together. */
export interface WaveTable {
  readonly rows: readonly WaveRow[]
  /** Where each column begins in the text of a row. */
  readonly columns: readonly number[]
  /** Characters in front of the first column. */
  readonly margin: number
  readonly text: string
}

const low = '▁'
const high = '▔'

/**
 * The recorded cycles as text:
 *
 * ```text
 * cycle   0 1 2 3 4
 * enable  ▁▁▔▔▔▔▔▔▁
 * count   0 . 1 2 3
 * state   idle  go
 * ```
 *
 * A bit is low or high; a number is in hexadecimal (a signed one in decimal), a case by its name. A value stands where it
 * begins, a dot is the value before. With several clocks there is a column per edge, and `↑` marks the clocks whose edge begins
 * it.
 */
export const waveText = (recording: Recording, options: WaveTextOptions = {}): string =>
  waveTable(recording, options.signals ?? recording.signals.map(({ name }) => name)).text

/** The same, with what a comparison needs to know. `names` are names of recorded signals. */
export const waveTable = (recording: Recording, names: readonly string[]): WaveTable => {
  const { length, first, domains } = recording
  const shown = names.map((name) => {
    const index = recording.signals.findIndex((signal) => signal.name === name)
    const signal = recording.signals[index]
    if (signal === undefined) throw new RangeError(`\`${name}\` was not recorded`)
    return { name, signal, values: Array.from({ length }, (_, at) => recording.bitsAt(index, at)) }
  })
  const lines: { readonly name: string; readonly cells: Cells }[] = [
    { name: domains.length < 2 ? 'cycle' : 'edge', cells: headerCells(length, first) },
    ...(domains.length < 2 ? [] : clockLines(recording)),
    ...shown.map(({ name, signal, values }) => ({ name, cells: cellsOf(signal, values) })),
  ]
  const widths = widthsOf(
    lines.map(({ cells }) => cells),
    length,
  )
  const columns: number[] = []
  let next = 0
  for (const width of widths) {
    columns.push(next)
    next += width
  }
  const margin = Math.max(...lines.map(({ name }) => name.length)) + 2
  const rows = lines.map(({ name, cells }) => ({ name, text: rowText(cells, widths) }))
  const text = rows.map((row) => `${row.name.padEnd(margin)}${row.text}`.trimEnd()).join('\n')
  return { rows, columns, margin, text }
}

/**
 * What stands in the columns. `fill`: the column is full of the character. `label`: the text begins here, and may reach over
 * the columns that hold the value. `optional`: a label that is left out where it does not fit.
 */
type Cell = { readonly fill: string } | { readonly label: string; readonly optional?: true } | undefined
type Cells = readonly Cell[]

const headerCells = (length: number, first: number): Cells =>
  Array.from({ length }, (_, at) => ({ label: String(first + at), optional: true as const }))

const clockLines = (recording: Recording): { readonly name: string; readonly cells: Cells }[] =>
  recording.domains.map((domain, bit) => ({
    name: domain === 'main' ? 'clk' : `${domain}_clk`,
    // The edge that ends a sample begins the next one.
    cells: Array.from({ length: recording.length }, (_, at): Cell => {
      const rises = at > 0 && ((recording.clocks(at - 1) >>> bit) & 1) === 1
      return { label: rises ? '↑' : '.' }
    }),
  }))

const cellsOf = (signal: WaveSignal, values: readonly bigint[]): Cells => {
  if (signal.bits === 1 && signal.cases === undefined && !signal.signed) {
    return values.map((value) => ({ fill: value === 0n ? low : high }))
  }
  return values.map((value, at) =>
    at > 0 && values[at - 1] === value ? undefined : { label: valueText(signal, value) },
  )
}

/** Columns are one character and a space, and wider where a label needs it. */
const widthsOf = (lines: readonly Cells[], length: number): readonly number[] => {
  const widths = Array.from({ length }, () => 2)
  for (let column = 0; column < length; column++) {
    for (const cells of lines) {
      // A label has to fit when the next one begins, or behind the last column.
      if (column + 1 < length && cells[column + 1] === undefined) continue
      let start = column
      while (start > 0 && cells[start] === undefined) start--
      const cell = cells[start]
      if (cell === undefined || !('label' in cell) || cell.optional === true) continue
      const room = widths.slice(start, column + 1).reduce((sum, width) => sum + width, 0)
      const missing = cell.label.length + 1 - room
      if (missing > 0) widths[column] = (widths[column] as number) + missing
    }
  }
  return widths
}

const rowText = (cells: Cells, widths: readonly number[]): string => {
  let text = ''
  let at = 0
  cells.forEach((cell, column) => {
    const width = widths[column] as number
    const free = text.length <= at
    if (cell === undefined) {
      if (free) text = `${text.padEnd(at)}.`
    } else if ('fill' in cell) text = text.padEnd(at) + cell.fill.repeat(width)
    else if (free) text = `${text.padEnd(at)}${cell.label} `
    at += width
  })
  return text.trimEnd()
}
