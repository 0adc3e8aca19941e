/**
 * Measures and compares: npm run bench [-- GROUP...] [--json]
 *
 * Every run adds a line to out/bench/history.jsonl. Exit code: 0 measured, 2 could not run. A row beyond its budget is no error.
 */
import { appendFileSync, mkdirSync } from 'node:fs'
import { columns } from '#report'
import { benchEdsl } from './bench/edsl.ts'
import { benchHarness } from './bench/harness.ts'
import { benchNoc, nocParts } from './bench/noc.ts'
import { benchOs } from './bench/os.ts'
import { osOptionNames, osOptionsIn, osUsage } from './bench/os/options.ts'
import { type Row, unmeasured } from './bench/row.ts'
import { benchTcu } from './bench/tcu.ts'

const groups: Readonly<Record<string, (args: readonly string[]) => Promise<readonly Row[]>>> = {
  tcu: benchTcu,
  harness: benchHarness,
  edsl: benchEdsl,
  noc: benchNoc,
  os: (args) => benchOs(osOptionsIn(args)),
}
const partGroups: typeof groups = { ...groups, ...nocParts }
const historyFolder = 'out/bench'

const usage = `Usage: npm run bench [-- [GROUP...] [OPTIONS]]

  GROUP   ${Object.keys(groups).join(', ')}; all unless some are named
          parts of noc: ${Object.keys(nocParts).join(', ')}
  --json  prints an array of { name, value, unit, reference, ratio, budget, ok }
${osUsage}

Examples: npm run bench -- tcu --json
          npm run bench -- os --platform model`

const shown = (value: number | null): string => (value === null ? '' : String(Math.round(value * 100) / 100))

const table = (rows: readonly Row[]): string =>
  columns(
    [
      ['', 'value', 'unit', 'reference', 'ratio', 'budget', ''],
      ...rows.map(({ name, value, unit, reference, ratio, budget, ok, reason }) => [
        name,
        shown(value),
        unit,
        shown(reference),
        shown(ratio),
        shown(budget),
        reason ?? (ok === null ? '' : ok ? 'within' : 'beyond'),
      ]),
    ],
    'lrlrrrl',
  )

const measure = async (name: string, args: readonly string[]): Promise<readonly Row[]> => {
  try {
    return (await partGroups[name]?.(args)) ?? []
  } catch (error) {
    return [unmeasured(name, error)]
  }
}

const main = async (args: readonly string[]): Promise<number> => {
  const json = args.includes('--json')
  const valued = ['--platform', '--software-cost']
  const named = args.filter((word, index) => !word.startsWith('-') && !valued.includes(args[index - 1] ?? ''))
  const unknown = [
    ...named.filter((name) => !(name in partGroups)),
    ...args.filter((word) => /^-/.test(word) && !['--json', ...osOptionNames].includes(word)),
  ]
  if (unknown.length > 0) {
    process.stderr.write(`bench: '${unknown[0]}' is neither a group nor an option\n\n${usage}\n`)
    return 2
  }
  const rows: Row[] = []
  for (const name of named.length > 0 ? named : Object.keys(groups)) rows.push(...(await measure(name, args)))
  mkdirSync(historyFolder, { recursive: true })
  appendFileSync(`${historyFolder}/history.jsonl`, `${JSON.stringify({ at: new Date().toISOString(), rows })}\n`)
  process.stdout.write(json ? `${JSON.stringify(rows)}\n` : `${table(rows)}\n`)
  return rows.some(({ reason }) => reason !== undefined) ? 2 : 0
}

process.exitCode = await main(process.argv.slice(2))
