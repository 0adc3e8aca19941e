// Writes a waveform to a file while the design runs.

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Engine, Slot } from '#engine'
import { Recording, VcdWriter } from '#sim/wave'
import { SimulateError } from './error.ts'
import type { Watcher } from './open-simulator.ts'

/** Characters that are written at once. */
const block = 1 << 16

/** A VCD file of `signals`; complete when it is closed. */
export const openWaveFile = (file: string, engine: Engine, signals: readonly Slot[], top: string): Watcher => {
  const target = openFile(file)
  const recording = new Recording(engine, { signals, limit: 1 })
  let text = ''
  const flush = (): void => {
    writeSync(target, text)
    text = ''
  }
  // Names of a large design are more than a block: the writer writes before it is there.
  const writer = new VcdWriter(recording, top, (part) => {
    text += part
    if (text.length >= block) flush()
  })
  return {
    sample: (time, clocks) => {
      recording.sample(time, clocks)
      writer.sample(recording, 0)
    },
    close: () => {
      writer.end()
      flush()
      closeSync(target)
    },
  }
}

const openFile = (file: string): number => {
  try {
    mkdirSync(dirname(file), { recursive: true })
    return openSync(file, 'w')
  } catch (error) {
    throw new SimulateError({
      code: 'SIM-0313',
      title: `the waveform file \`${file}\` cannot be written: ${(error as Error).message}`,
    })
  }
}
