/**
 * Looks for seeded faults: in the TCU with random programs, in the network with traffic, proofs and checks: npm run mutants [-- --json] [NAME...]
 *
 * Exit code: 0 every fault was found, 1 one was not, 2 a hunt could not run.
 */
import { hunt, type Mutant, mutants } from '../test/support/agree-mutants/index.ts'
import { type NocMutant, nocMutants } from '../test/support/noc-mutants.ts'

const groups = { tcu: mutants.map(({ name }) => name), noc: nocMutants.map(({ name }) => name) }

const usage = `Usage: npm run mutants [-- [--json] [NAME...]]

  NAME    only these faults, or groups of them
          tcu: ${groups.tcu.join(', ')}
          noc: ${groups.noc.join(', ')}
  --json  prints an array of { name, ok, seconds, ... } instead of a table

Example: npm run mutants -- --json credit-not-taken`

interface Row {
  readonly name: string
  readonly ok: boolean
  readonly seconds: number
  readonly fault: string
  /** In the TCU: what kind of mistake it is, and the seconds of `seconds` until the first program failed. */
  readonly kind?: string
  readonly toFind?: number
  readonly programs?: number
  readonly operations?: number
  /** In the network: what found it, and the smallest traffic or run that shows it. */
  readonly by?: string
  readonly size?: string
  readonly seed?: number
  readonly path?: string
  readonly reason?: string
}

const rowOf = async (mutant: Mutant): Promise<Row> => {
  const { name, fault, kind } = mutant
  const from = performance.now()
  try {
    const { failure, seconds, toFind } = await hunt(mutant)
    if (failure === undefined) return { name, ok: false, seconds, fault, kind, reason: 'no program found it' }
    const { programs, operations, seed, path } = failure
    return { name, ok: true, seconds, fault, kind, toFind, programs, operations, seed, path }
  } catch (error) {
    process.exitCode = 2
    const reason = error instanceof Error ? error.message : String(error)
    return { name, ok: false, seconds: (performance.now() - from) / 1000, fault, reason }
  }
}

/** A fault of the network. */
const nocRowOf = async ({ name, fault, hunt: look }: NocMutant): Promise<Row> => {
  const from = performance.now()
  const seconds = (): number => (performance.now() - from) / 1000
  try {
    const found = await look()
    return { name, ok: found.ok, seconds: seconds(), fault, by: found.by, size: found.size, reason: found.reason }
  } catch (error) {
    process.exitCode = 2
    return {
      name,
      ok: false,
      seconds: seconds(),
      fault,
      reason: error instanceof Error ? error.message : String(error),
    }
  }
}

const line = (row: Row): string =>
  `${row.name.padEnd(24)}${row.ok ? 'found' : 'MISSED'}  ${row.seconds.toFixed(1).padStart(6)} s  ` +
  (row.by !== undefined ? `by ${row.by}, ${row.size}: ` : '') +
  (row.reason ?? `by program ${row.programs}, shrunk to ${row.operations} operations`)

const args = process.argv.slice(2)
const names = args.filter((arg) => arg !== '--json')
const all = [...groups.tcu, ...groups.noc]
const unknown = names.find((name) => !(name in groups) && !all.includes(name))
const wanted = (name: string, group: 'tcu' | 'noc'): boolean =>
  names.length === 0 || names.includes(name) || names.includes(group)

if (args.includes('--help')) {
  console.log(usage)
} else if (unknown !== undefined) {
  console.error(`mutants: there is no fault ${unknown}\n\n${usage}`)
  process.exitCode = 2
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143))
  const rows: Row[] = []
  for (const mutant of mutants) {
    if (!wanted(mutant.name, 'tcu')) continue
    process.stderr.write(`mutants: ${mutant.name} (${mutant.fault}) ...\n`)
    rows.push(await rowOf(mutant))
    process.stderr.write(`mutants: ${line(rows.at(-1) as Row)}\n`)
  }
  for (const mutant of nocMutants) {
    if (!wanted(mutant.name, 'noc')) continue
    process.stderr.write(`mutants: ${mutant.name} (${mutant.fault}) ...\n`)
    rows.push(await nocRowOf(mutant))
  }
  const found = rows.filter(({ ok }) => ok).length
  process.stderr.write(`mutants: ${found} of ${rows.length} found\n`)
  console.log(args.includes('--json') ? JSON.stringify(rows, undefined, 2) : rows.map(line).join('\n'))
  if (rows.some(({ ok }) => !ok)) process.exitCode ??= 1
}
