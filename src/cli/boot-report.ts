/** What `tessera boot` says at the end: a table for people, an object for programs. */
import { columns, grouped } from '#report'
import type { BootOutcome } from './boot-run.ts'
import { describeVerilog } from './write-verilog.ts'
import type { WrittenVerilog } from './write-verilog.ts'

export interface BootFacts {
  readonly file: string
  readonly seed: number
  readonly platform: string
  readonly trace: string | undefined
  readonly wave: string | undefined
  readonly verilog: WrittenVerilog | undefined
}

const cyclesEach = (nanoseconds: bigint, repetitions: number, clockHz: number): number =>
  (Number(nanoseconds) * clockHz) / 1e9 / repetitions

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

const measurementsOf = ({ measurements, clockHz }: BootOutcome) =>
  measurements.map(({ tile, program, name, nanoseconds, repetitions }) => ({
    tile,
    program,
    name,
    repetitions,
    cyclesEach: rounded(cyclesEach(nanoseconds, repetitions, clockHz), 2),
  }))

const json = ({ seed, platform, verilog }: BootFacts, outcome: BootOutcome) => ({
  platform,
  engine: outcome.engine,
  seed,
  cycles: outcome.cycles,
  wallSeconds: rounded(outcome.wallSeconds, 3),
  output: outcome.output,
  channels: outcome.channels,
  measurements: measurementsOf(outcome),
  programs: outcome.exits,
  ...(verilog === undefined ? {} : { verilog: verilog.directory }),
  ok: outcome.ok && !outcome.interrupted,
  ...(outcome.failure === undefined ? {} : { failure: outcome.failure }),
})

const text = (facts: BootFacts, outcome: BootOutcome): string => {
  const { cycles, wallSeconds, engine, channels } = outcome
  const perSecond = grouped(cycles / Math.max(wallSeconds, 1e-3))
  const summary = [
    ['platform', facts.platform + (engine === facts.platform ? '' : ` (${engine})`)],
    ['seed', String(facts.seed)],
    ['cycles', grouped(cycles)],
    ['simulated cycles per second', `${perSecond} (${wallSeconds.toFixed(1)} s)`],
    ...measurementsOf(outcome).map(({ name, program, cyclesEach: each, repetitions }) => [
      `cycles per ${name}`,
      `${each.toFixed(1)} (${program}, ${grouped(repetitions)} times)`,
    ]),
    ...(facts.trace === undefined ? [] : [['trace', facts.trace]]),
    ...(facts.wave === undefined ? [] : [['waveform', facts.wave]]),
    ...(facts.verilog === undefined ? [] : [['hardware', describeVerilog(facts.verilog)]]),
  ]
  const title = (tile: string, program: string): string => (program === '' ? tile : `${tile} ${program}`)
  const messages = channels.map(({ from, to, ep, messages: count, sender, receiver }) => [
    title(from, sender),
    '->',
    title(to, receiver),
    `EP ${ep}`,
    grouped(count),
  ])
  const heading = ['messages from', '', 'to', 'endpoint', 'count']
  const table = messages.length === 0 ? '' : `\n${columns([heading, ...messages], 'lllrr')}\n`
  return `\n${columns(summary, 'll')}\n${table}`
}

export const bootReport = Object.freeze({ json, text })
