/** `tessera prove`: the properties of a design, shown for all time. */
import { InvalidArgumentError } from 'commander'
import { prove, proofText, replayText } from '#sim/prove'
import { exitCodes, type Io } from './io.ts'
import { designArgumentHelp, loadDesign } from './load-design.ts'
import type { AddCommand } from './main.ts'
import { progressLine } from './progress.ts'

interface ProveOptions {
  readonly seconds: number
  readonly only?: string
  readonly test?: boolean
  readonly json?: boolean
}

const seconds = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('give a number of seconds above 0')
  return value
}

export const addProve: AddCommand = (program, io, finish) => {
  program
    .command('prove')
    .summary('prove the properties of a design')
    .description(
      'Proves the assertions of a design, and finds a run to each cover, under its assumptions; by yosys and abc.\n' +
        'Exit code 0: everything is shown. 1: something does not hold or is not known. 2: no proof could run.',
    )
    .argument('<design>', 'which design')
    .option('-s, --seconds <number>', 'time for each property', seconds, 60)
    .option('--only <text>', 'only properties with this text in their sentence')
    .option('--test', 'print, behind each property that does not hold, a test that shows it')
    .option('--json', 'print the verdicts as a JSON array')
    .addHelpText('after', `${designArgumentHelp}\nExample:\n  npx tessera prove noc --seconds 30 --only 'grants'\n`)
    .action(async (name: string, options: ProveOptions) => {
      finish(await run(name, options, io))
    })
}

const run = async (name: string, options: ProveOptions, io: Io): Promise<number> => {
  const design = await loadDesign(name)
  const progress = progressLine(io)
  try {
    const report = await prove(design, {
      secondsPerProperty: options.seconds,
      ...(options.only !== undefined && { only: options.only }),
      ...(io.signal !== undefined && { signal: io.signal }),
      onProgress: (sentence, done, of) => progress.show(`${done}/${of}  ${sentence}`),
    })
    progress.clear()
    io.out(options.json ? `${JSON.stringify(report.verdicts.map(asJson), undefined, 2)}\n` : proofText(report))
    if (options.test && !options.json)
      for (const { verdict, sentence, example } of report.verdicts)
        if (verdict === 'refuted' && example !== undefined) io.out(`\n${replayText(report.design, sentence, example)}`)
    return report.ok ? exitCodes.fine : exitCodes.found
  } finally {
    progress.clear()
  }
}

type Verdict = Awaited<ReturnType<typeof prove>>['verdicts'][number]

const asJson = ({ origin, example, path, sentence, ...rest }: Verdict): object => ({
  name: [...path, sentence].join(' > '),
  ok: rest.verdict === 'proved' || rest.verdict === 'reached',
  ...rest,
  place: origin.places[0],
  ...(example !== undefined && {
    example: {
      first: texts(example.first),
      frames: example.frames.map(texts),
    },
  }),
})

/** JSON has no numbers of any width. */
const texts = (values: Readonly<Record<string, bigint>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `0x${value.toString(16)}`]))
