/** What a proof found, for people. */
import { relative } from 'node:path'
import type { Counterexample } from './counterexample.ts'
import type { ProofReport, Verdict } from './prove.ts'

/** A line per property; below those that do not hold, the run that shows it. */
export const proofText = ({ design, verdicts }: ProofReport): string => {
  const width = Math.max(...verdicts.map(({ verdict }) => verdict.length))
  const lines = verdicts.flatMap((each) => [
    `  ${each.verdict.padEnd(width)}  ${[...each.path, each.sentence].join(' > ')}  (${each.engine}, ${each.seconds.toFixed(1)} s)`,
    ...details(each).map((line) => `      ${line}`),
  ])
  return [`${design}`, ...lines, ''].join('\n')
}

const details = (each: Verdict): readonly string[] => {
  if (each.verdict === 'unknown') return [each.why ?? '']
  const place = each.origin.places[0]
  const where = place === undefined ? [] : [`stated in ${relative(process.cwd(), place.file)}:${place.line}`]
  if (each.verdict === 'unreachable') return where
  if (each.verdict !== 'refuted' || each.example === undefined) return []
  return [...where, ...table(each.example)]
}

/** A row per input, a column per cycle. */
const table = ({ first, frames }: Counterexample): readonly string[] => {
  const names = Object.keys(frames[0] ?? {}).filter((name) => !/(^|_)clk$/.test(name))
  const rows = names.map((name) => [name, ...frames.map((frame) => (frame[name] ?? 0n).toString(16))])
  const widths = Array.from({ length: frames.length + 1 }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0), String(column).length),
  )
  const line = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' ')
  const begins = Object.entries(first).map(([name, value]) => `${name} begins with 0x${value.toString(16)}`)
  return [...begins, line(['cycle', ...frames.map((_, cycle) => String(cycle))]), ...rows.map(line)]
}
