/**
 * Looks for differences with random designs until a time is over: npm run test:long -- --minutes N [--seed S] [--json]
 *
 * Exit code: 0 no difference, 1 a difference, 2 could not run. Ctrl-C ends it with what was found so far.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { longCampaigns } from './test-long/campaigns.ts'
import type { Round, RoundResult } from './test-long/round-result.ts'

const usage = `Usage: npm run test:long -- --minutes N [--seed S] [--json] [CAMPAIGN...]

  --minutes  how long, also a fraction; a round that has begun is finished
  --seed     of the first round, the next ones count up; any unless given
  --json     prints the summary as JSON
  CAMPAIGN   ${Object.keys(longCampaigns).join(', ')}; all in turn unless some are named

Example: npm run test:long -- --minutes 30 --seed 7 engines`

interface Settings {
  readonly minutes: number
  readonly seed: number
  readonly json: boolean
  readonly campaigns: readonly string[]
}

/** A sentence where the arguments mean nothing. */
const settingsOf = (args: readonly string[]): Settings | string => {
  const campaigns: string[] = []
  let [minutes, seed, json] = [Number.NaN, Math.floor(Math.random() * 1_000_000_000), false]
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    if (word === '--json') json = true
    else if (word === '--minutes') minutes = Number(args[++at])
    else if (word === '--seed') seed = Number(args[++at])
    else if (word in longCampaigns) campaigns.push(word)
    else return `'${word}' is neither a campaign nor an option`
  }
  if (!(minutes > 0)) return '--minutes wants a number above 0'
  if (!Number.isSafeInteger(seed) || seed < 0 || seed > 2_000_000_000) return '--seed wants a whole number'
  return { minutes, seed, json, campaigns: campaigns.length > 0 ? campaigns : Object.keys(longCampaigns) }
}

const roundFile = fileURLToPath(new URL('./test-long/round.ts', import.meta.url))
const stop = new AbortController()

/** A round in a process of its own: what it loads and keeps goes with it. */
const runRound = (round: Round): Promise<RoundResult> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [...process.execArgv, roundFile, JSON.stringify(round)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: stop.signal,
      killSignal: 'SIGTERM',
    })
    let [said, complained] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (text.startsWith('test:long:')) process.stderr.write(text)
      else complained += text
    })
    child.on('error', () => {})
    child.on('close', (code) => {
      const line = said.split('\n').find((text) => text.startsWith('{'))
      if (line !== undefined) return done(JSON.parse(line) as RoundResult)
      if (stop.signal.aborted) return done({ kind: 'stopped' })
      done({
        kind: 'broken',
        reason: `round ended with ${code}: ${complained.trim().split('\n').slice(-12).join('\n')}`,
      })
    })
  })

const main = async (args: readonly string[]): Promise<number> => {
  const settings = settingsOf(args)
  if (args.includes('--help')) {
    process.stdout.write(`${usage}\n`)
    return 0
  }
  if (typeof settings === 'string') {
    process.stderr.write(`test:long: ${settings}\n\n${usage}\n`)
    return 2
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())

  const { minutes, seed, json, campaigns } = settings
  const until = Date.now() + minutes * 60_000
  const totals = new Map<string, { rounds: number; cases: number; cycles: number }>()
  const differences: string[] = []
  let broken: string | undefined
  for (let round = 0; !stop.signal.aborted && broken === undefined && (round === 0 || Date.now() < until); round++) {
    const campaign = campaigns[round % campaigns.length] ?? ''
    const own: Round = { campaign, seed: seed + round, until }
    const result = await runRound(own)
    if (result.kind === 'broken') broken = result.reason
    if (result.kind !== 'done') continue
    const before = totals.get(campaign) ?? { rounds: 0, cases: 0, cycles: 0 }
    const { rounds, cases, cycles } = before
    totals.set(campaign, { rounds: rounds + 1, cases: cases + result.cases, cycles: cycles + result.cycles })
    if (result.difference !== undefined) {
      differences.push(`${campaign}, round of seed ${own.seed}:\n${result.difference}`)
      process.stderr.write(`\n${differences.at(-1)}\n`)
    }
    const left = Math.max(0, (until - Date.now()) / 60_000)
    process.stderr.write(
      `test:long: ${campaign} ${cases + result.cases} ${longCampaigns[campaign]?.cases ?? 'cases'}, ` +
        `${differences.length} differences, ${left.toFixed(1)} minutes left\n`,
    )
  }

  const summary = Object.fromEntries(totals)
  if (json)
    process.stdout.write(`${JSON.stringify({ seed, campaigns: summary, differences, broken: broken ?? null })}\n`)
  else {
    for (const [name, { rounds, cases, cycles }] of totals)
      process.stdout.write(
        `${name}: ${cases} ${longCampaigns[name]?.cases ?? ''} in ${rounds} rounds, ${cycles} cycles\n`,
      )
    process.stdout.write(`differences: ${differences.length}; first seed ${seed}\n`)
  }
  if (broken !== undefined) process.stderr.write(`test:long: ${broken}\n`)
  return broken !== undefined ? 2 : differences.length > 0 ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
