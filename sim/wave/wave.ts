// A recorded waveform in a test's hands.

import { type WaveComparison, compareWave } from './compare.ts'
import type { Recording } from './recording.ts'
import { vcdText } from './vcd.ts'
import { type WaveTextOptions, waveText } from './wave-text.ts'

/** What was recorded so far; grows with every step of the simulator. */
export interface Wave {
  readonly kind: 'wave'
  readonly recording: Recording
  /** As text, one row per signal and one column per cycle. */
  readonly text: string
  /** The same with some of the signals. */
  show(options?: WaveTextOptions): string
  /** As the text of a VCD file. */
  vcd(): string
  /** Compares the rows that `expected` has. */
  compare(expected: string): WaveComparison
  toString(): string
}

/** A view on a recording; `top` is the name of the design. */
export const waveOf = (recording: Recording, top: string): Wave => ({
  kind: 'wave',
  recording,
  get text() {
    return waveText(recording)
  },
  show: (options) => waveText(recording, options),
  vcd: () => vcdText(recording, top),
  compare: (expected) => compareWave(recording, expected),
  toString: () => waveText(recording),
})
