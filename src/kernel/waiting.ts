/** Waiting for the end of activities. Source: kernel section 2.5, act_wait. */
import type { Activity } from './activity.ts'
import type { KernelState } from './kernel-state.ts'
import { upcall, upcalls } from './upcalls.ts'

/** An activity that ended, by the selector under which somebody waits for it, and how. */
export interface Ending {
  readonly act: bigint
  readonly exitCode: number
}

/**
 * Takes the exit code of the first activity at one of these selectors that has one. Selectors of nothing, of something
 * else and of the waiting activity itself are ignored.
 */
export const takeExitCode = (waiting: Activity, acts: readonly bigint[]): Ending | undefined => {
  for (const act of acts) {
    const found = waiting.table.get(act)?.object
    if (found?.kind !== 'activity' || found === waiting || found.exitCode === undefined) continue
    const { exitCode } = found
    found.exitCode = undefined
    return { act, exitCode }
  }
  return undefined
}

/** Tells an activity by upcall about the first ending that it waits for, if there is one by now. */
export const tellEnding = async (kernel: KernelState, waiting: Activity): Promise<void> => {
  if (waiting.wait === undefined) return
  const { event, acts } = waiting.wait
  const ending = takeExitCode(waiting, acts)
  if (ending === undefined) return
  waiting.wait = undefined
  await upcall(kernel, waiting, upcalls.actWait, { event, error: 0, ...ending })
}

/** Tells everybody who waits, after an activity ended: first who is suspended, then by upcall. */
export const announceEnding = async (kernel: KernelState): Promise<void> => {
  kernel.threads.wake(kernel.exited)
  for (const activity of [...kernel.activities.values()]) await tellEnding(kernel, activity)
}
