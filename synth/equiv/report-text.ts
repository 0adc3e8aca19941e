/** What a comparison found, for people. */
import type { Difference } from './difference.ts'
import type { EquivalenceReport, ModuleVerdict } from './equivalent.ts'

/** A line per module; below those that are not proved, the run that shows a difference, or why nothing is known. */
export const equivalenceText = ({ modules, ok }: EquivalenceReport): string => {
  const count = (verdict: ModuleVerdict['verdict']): number => modules.filter((one) => one.verdict === verdict).length
  const lines = modules.flatMap((each) => {
    const name = each.a === each.b ? each.a : `${each.a} and ${each.b}`
    const details = each.difference === undefined ? [each.why ?? ''] : run(each.difference)
    return [
      `  ${each.verdict.padEnd(9)}  ${name}  (${how[each.by]}${each.seconds.toFixed(1)} s)`,
      ...details.filter((line) => line !== '').map((line) => `      ${line}`),
    ]
  })
  const total = `${count('proved')} of ${modules.length} modules proved, ${count('different')} different, ${count('undecided')} undecided`
  return [...lines, `${ok ? 'equivalent' : 'not shown to be equivalent'}: ${total}`, ''].join('\n')
}

const how: Readonly<Record<ModuleVerdict['by'], string>> = {
  structure: 'built alike, ',
  registers: 'register by register, ',
  runs: 'all runs, ',
  ports: 'ports, ',
  none: '',
}

/** A row per input, a column per cycle, and what comes of it. */
const run = ({ first, cycles, differs }: Difference): readonly string[] => {
  const names = Object.keys(cycles[0] ?? {})
  const rows = [
    ['cycle', ...cycles.map((_, cycle) => String(cycle))],
    ...names.map((name) => [name, ...cycles.map((values) => (values[name] ?? 0n).toString(16))]),
  ]
  const widths = Array.from({ length: cycles.length + 1 }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[at]!))).join(' ')
  return [
    ...Object.entries(first).map(([name, value]) => `${name} begins with 0x${value.toString(16)}`),
    ...rows.map(line),
    ...differs.map(
      ({ what, a, b }) => `then ${what} is 0x${a.toString(16)} in the first and 0x${b.toString(16)} in the second`,
    ),
  ]
}
