/** Sequence pictures of what programs measured, as Mermaid writes them, from the records of a run. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kernelNames } from './sequence-names.ts'
import type { SequenceStep } from './sequence-steps.ts'

/** What a picture shows: something that a program measured. */
export interface Journey {
  readonly name: string
  readonly tile: string
  readonly program: string
  readonly firstCycle: number
  readonly lastCycle: number
}

/** A step with how often it came in a row. */
interface Repeated {
  readonly step: SequenceStep
  readonly times: number
  readonly bytes: number
}

const pictureOf = (
  { tile, program, name, firstCycle, lastCycle }: Journey,
  all: readonly SequenceStep[],
  titleOf: (tile: string) => string,
): string => {
  const steps = causedBy(
    tile,
    all.filter(({ cycle }) => cycle >= firstCycle && cycle <= lastCycle),
  )
  // Who asks stands first, the others in the order in which they come into play.
  const tiles = [...new Set([tile, ...steps.flatMap(({ from, to }) => [from, to])])]
  const names = kernelNames(steps, titleOf)
  const lines = inRows(steps).map(({ step, times, bytes }) => {
    const count = times > 1 ? ` (${times} times)` : ''
    const arrow = step.kind === 'message' && step.isReply ? '-->>' : '->>'
    const text = step.kind === 'read' || step.kind === 'write' ? `${step.kind}s ${bytes} bytes` : names(step) + count
    return `  ${step.from}${arrow}${step.to}: ${text}`
  })
  const participants = tiles.map((each) => `  participant ${each} as ${titleOf(each)}`)
  return `${[`%% ${name} of ${program === '' ? tile : program}`, 'sequenceDiagram', ...participants, ...lines].join(
    '\n',
  )}\n`
}

/** The steps that a tile set off: those of tiles that were asked before, and answers to what was asked. */
const causedBy = (tile: string, steps: readonly SequenceStep[]): readonly SequenceStep[] => {
  const awake = new Set([tile])
  const open: SequenceStep[] = []
  return steps.filter((step) => {
    const { kind, from, to } = step
    if (kind === 'message' && step.isReply) {
      const request = open.findIndex((each) => each.from === to && each.to === from)
      return request !== -1 && open.splice(request, 1).length === 1
    }
    if (!awake.has(from)) return false
    if (kind === 'message') {
      awake.add(to)
      open.push(step)
    }
    return true
  })
}

/** Steps that are alike and follow each other are one: a long transfer is many packets. */
const inRows = (steps: readonly SequenceStep[]): readonly Repeated[] => {
  const rows: Repeated[] = []
  for (const step of steps) {
    const last = rows.at(-1)
    const bytes = step.kind === 'message' ? 0 : step.bytes
    if (last !== undefined && isAlike(last.step, step))
      rows[rows.length - 1] = { step: last.step, times: last.times + 1, bytes: last.bytes + bytes }
    else rows.push({ step, times: 1, bytes })
  }
  return rows
}

const isAlike = (a: SequenceStep, b: SequenceStep): boolean =>
  a.kind !== 'message' &&
  b.kind !== 'message' &&
  a.kind === b.kind &&
  a.from === b.from &&
  a.to === b.to &&
  a.what === b.what

/** The first journey of each name, as files: `null system call` becomes `null-system-call.mmd`. Gives their names. */
export const writeSequences = (
  directory: string,
  journeys: readonly Journey[],
  steps: readonly SequenceStep[],
  titleOf: (tile: string) => string,
): readonly string[] => {
  mkdirSync(directory, { recursive: true })
  const first = new Map<string, Journey>()
  for (const journey of journeys) if (!first.has(journey.name)) first.set(journey.name, journey)
  return [...first.values()].map((journey) => {
    const file = `${journey.name.replace(/[^A-Za-z0-9]+/g, '-')}.mmd`
    writeFileSync(join(directory, file), pictureOf(journey, steps, titleOf))
    return file
  })
}
