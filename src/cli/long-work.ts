/** Work that takes a while: says how far it is, and ends when somebody presses Ctrl-C. */
import { setImmediate } from 'node:timers/promises'
import { exitCodes } from './io.ts'
import type { Io } from './io.ts'
import { progressLine } from './progress.ts'

/** Somebody pressed Ctrl-C. */
class Interrupted extends Error {}

/** Shows how far the work is; rejects when it is to end. */
export type Step = (text: string) => Promise<void>

/** Milliseconds between two looks at the keyboard. */
const breathMilliseconds = 50

/** Runs `work`; gives its exit code, or that of an interrupted command when it was. */
export const longWork = async (io: Io, work: (step: Step) => Promise<number>): Promise<number> => {
  const progress = progressLine(io)
  let last = 0
  const step: Step = async (text) => {
    if (performance.now() - last > breathMilliseconds) {
      progress.show(text)
      // The signal arrives only while nothing runs.
      await setImmediate()
      last = performance.now()
    }
    if (io.signal?.aborted === true) throw new Interrupted()
  }
  try {
    return await work(step)
  } catch (reason) {
    if (reason instanceof Interrupted) return exitCodes.interrupted
    throw reason
  } finally {
    progress.clear()
  }
}
