// The errors of tasks.

import { SimulateError } from '#sim/simulate'

/** Tasks that wait for ever, took too long, or were used in a way that cannot work. Codes SIM-05xx. */
export class TaskError extends SimulateError {
  override readonly name: string = 'TaskError'
}

/** What a task that is cancelled gets where it waits; it passes through `finally` and ends there. */
export class TaskCancelled extends Error {
  override readonly name = 'TaskCancelled'

  constructor(task: string) {
    super(`task ${task} was cancelled`)
  }
}

/** Frames of this room are not the test bench's. */
const ownFolder = new URL('.', import.meta.url).pathname

/** A place in the test bench: `test/uart.test.ts:17`, and an empty text where it is not known. */
export const callerOf = ({ stack }: Error): string => {
  const frame = stack
    ?.split('\n')
    .slice(1)
    .find((line) => !line.includes(ownFolder) && !line.includes('node:'))
  const place = /\(?(?:file:\/\/)?([^\s()]+?):(\d+):\d+\)?$/.exec(frame ?? '')
  if (place === null) return ''
  const file = (place[1] as string).replace(/\?.*$/, '')
  const here = `${process.cwd()}/`
  return `${file.startsWith(here) ? file.slice(here.length) : file}:${place[2] as string}`
}
