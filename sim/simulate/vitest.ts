// For tests under Vitest: matchers for waveforms, and waveforms of tests that failed.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFailed } from 'vitest'
import { type Recording, type Wave, vcdText } from '#sim/wave'
import { onOpened } from './opened.ts'

// eslint-disable-next-line no-restricted-syntax -- an addition to Vitest's types, which is erased like any type
declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Vitest's own default
  interface Matchers<T = any> {
    /**
     * The recorded waveform has these rows: `expect(sim.wave).toMatchWave(text)`. Indentation, and the rows `cycle` and
     * those of clocks, are free; signals that have no row in the text are not compared.
     */
    toMatchWave(text: string): T
  }
}

expect.extend({
  toMatchWave(received: unknown, text: string) {
    if (!isWave(received)) {
      return {
        pass: false,
        message: () => 'toMatchWave takes a waveform: expect(sim.wave), or what sim.record() returned',
      }
    }
    const { equal, explanation, actual } = received.compare(text)
    return {
      pass: equal,
      message: () => (equal ? `the waveform is the one that it should not be:\n\n${actual}` : explanation),
    }
  },
})

// A waveform in a snapshot is its text.
expect.addSnapshotSerializer({
  test: isWave,
  serialize: (wave: Wave) => wave.text,
})

/** Which waveforms of failed tests are kept. */
export interface KeepOptions {
  /** Edges before the failure. @defaultValue 256 */
  readonly edges?: number
  /** Where the files go, one per simulator. @defaultValue 'out/waves' */
  readonly directory?: string
}

/** Simulators of one test whose waveforms are kept: of a test that opens many, the last ones. */
const mostKept = 4

/**
 * From now on, a test that fails leaves the waveforms of its simulators as VCD files, named after the test: all signals,
 * the last edges before the failure. Every cycle takes longer, so this is for files whose tests are short.
 */
export const keepWavesOfFailures = ({ edges = 256, directory = 'out/waves' }: KeepOptions = {}): void => {
  let test: string | undefined
  let kept: { readonly recording: Recording; readonly top: string }[] = []
  onOpened((simulator) => {
    const { currentTestName, testPath } = expect.getState()
    if (currentTestName === undefined) return
    const name = `${testPath ?? ''} ${currentTestName}`
    if (test !== name) {
      test = name
      const own: typeof kept = []
      kept = own
      onTestFailed(() => {
        own.forEach(({ recording, top }, index) => {
          const file = join(directory, `${fileName(currentTestName)}${index === 0 ? '' : `-${index + 1}`}.vcd`)
          mkdirSync(directory, { recursive: true })
          writeFileSync(file, vcdText(recording, top))
          process.stderr.write(`waveform: ${file}\n`)
        })
      })
    }
    kept.push({ recording: simulator.recordLast(edges), top: simulator.name })
    if (kept.length > mostKept) kept.shift()
  })
}

const fileName = (test: string): string =>
  test
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80)

function isWave(value: unknown): value is Wave {
  return typeof value === 'object' && value !== null && (value as { readonly kind?: unknown }).kind === 'wave'
}
