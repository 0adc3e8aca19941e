/**
 * Shows properties of the network for all runs: npm run prove [-- --json] [NAME...]
 *
 * Exit code: 0 everything is shown, 1 something does not hold or is not known, 2 a proof could not run.
 */
import { type Shown, subjects } from '../test/hdl/noc/proofs/obligations.ts'

const usage = `Usage: npm run prove [-- [--json] [--seconds N] [NAME...]]

  NAME       only these parts or properties: ${subjects.map(({ name }) => name).join(', ')}; P-1, P-2, ...
  --seconds  time for each property; what is not decided then is unknown, which is not ok (default 300)
  --json     prints an array of { name, ok, seconds, ... } instead of a table

Example: npm run prove -- --json turns P-22`

const args = process.argv.slice(2)
const json = args.includes('--json')
const secondsAt = args.indexOf('--seconds')
const seconds = secondsAt < 0 ? 300 : Number(args[secondsAt + 1])
const names = args.filter((arg, at) => !arg.startsWith('--') && (secondsAt < 0 || at !== secondsAt + 1))
const properties = names.filter((name) => /^P-\d+$/.test(name))
const parts = names.filter((name) => !properties.includes(name))
const unknown = [
  ...parts.filter((name) => !subjects.some((subject) => subject.name === name)),
  ...properties.filter((name) => !subjects.some((subject) => subject.properties.includes(name))),
  ...args.filter((arg) => arg.startsWith('--') && !['--json', '--seconds', '--help'].includes(arg)),
]

const counts = ({ proved, reached, cases }: Shown): string =>
  cases > 0 ? `${cases.toLocaleString('en')} cases` : `${proved} proved, ${reached} covers`

const line = (row: Shown): string =>
  [
    `${row.name.padEnd(20)}${row.ok ? 'ok    ' : 'NOT OK'}  ${row.seconds.toFixed(1).padStart(7)} s  ${counts(row).padEnd(24)}${row.of}`,
    ...row.open.map((sentence) => `    ${sentence}`),
  ].join('\n')

if (args.includes('--help')) {
  console.log(usage)
} else if (unknown.length > 0 || !(seconds > 0)) {
  console.error(
    `prove: ${unknown.length > 0 ? `there is no ${unknown[0]}` : 'give a number of seconds above 0'}\n\n${usage}`,
  )
  process.exitCode = 2
} else {
  const aborter = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => aborter.abort())
  const rows: Shown[] = []
  for (const subject of subjects) {
    if (parts.length > 0 && !parts.includes(subject.name)) continue
    if (properties.length > 0 && !subject.properties.some((one) => properties.includes(one))) continue
    try {
      const found = await subject.show({
        seconds,
        signal: aborter.signal,
        ...(properties.length > 0 && { properties }),
        onProgress: (text) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text.slice(0, 100)}` : ''),
      })
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
      for (const row of found) if (!json) console.log(line(row))
      rows.push(...found)
    } catch (error) {
      process.exitCode = 2
      const reason = error instanceof Error ? error.message : String(error)
      const { name, of } = subject
      rows.push({ name, ok: false, seconds: 0, of, proved: 0, reached: 0, cases: 0, open: [reason] })
      console.error(`prove: ${name}: ${reason}`)
      if (aborter.signal.aborted) break
    }
  }
  if (json) console.log(JSON.stringify(rows, undefined, 2))
  if (rows.some(({ ok }) => !ok)) process.exitCode ??= 1
}
