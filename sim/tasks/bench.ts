// A test bench of tasks: what they say to time and to each other.

import type { PortRecord } from '#edsl'
import type { AnyHandle, Simulator } from '#sim/simulate'
import { callerOf, TaskError } from './error.ts'
import { TaskEvent, TaskLock, TaskQueue } from './exchange.ts'
import { Scheduler } from './scheduler.ts'
import { allOf, firstOf, type Happened, Trigger, type TriggerSource } from './trigger.ts'
import { SimulatedTime } from './watchers.ts'

/** A task that was started. */
export interface Task<T = void> {
  readonly name: string
  readonly done: boolean
  /** Happens when it has ended; awaiting gives its result, or its error. A task that nobody joins fails the bench. */
  join(): Promise<T>
  /** The end as a trigger, for `first` and `all`: it happens whether the task succeeded or not. */
  readonly ended: Trigger<unknown>
  /** Ends it where it waits; its `finally` blocks run. */
  cancel(): void
}

/** What a task can wait for, start and make. All of it belongs to one run of `bench`. */
export interface Bench<P extends PortRecord = PortRecord> {
  readonly sim: Simulator<P>
  /** `count` rising edges of a clock, the main one unless named. Inputs set afterwards are seen by the next edge. */
  readonly cycles: (count?: number, clock?: string) => Trigger
  /** A port, or a part of one, becomes other than 0. */
  readonly risingEdge: (signal: AnyHandle) => Trigger
  /** A port becomes 0. */
  readonly fallingEdge: (signal: AnyHandle) => Trigger
  /** A port changes. */
  readonly edge: (signal: AnyHandle) => Trigger
  /** So many nanoseconds pass. */
  readonly timer: (nanoseconds: number) => Trigger
  /** A condition holds, looked at whenever something has changed. */
  readonly until: (condition: () => boolean) => Trigger
  /** All tasks wait, and all values are those that the next edge sees. Nothing may be set until time has passed. */
  readonly readOnly: () => Trigger
  /** The first of several; its value is the index of that one. */
  readonly first: (...triggers: readonly Trigger<unknown>[]) => Trigger<number>
  /** All of several, in any order; its value has theirs. */
  readonly all: <const T extends readonly Trigger<unknown>[]>(...triggers: T) => Trigger<Happened<T>>
  /** The trigger's value, or SIM-0502 when it has not happened within so many nanoseconds. */
  readonly withTimeout: <T>(trigger: Trigger<T>, nanoseconds: number) => Promise<T>
  /** Has a function run beside this task; it begins when this one waits. */
  readonly start: <T>(run: () => Promise<T> | T, name?: string) => Task<T>
  readonly event: <T = void>(name?: string) => TaskEvent<T>
  readonly lock: (name?: string) => TaskLock
  readonly queue: <T>(options?: { readonly capacity?: number; readonly name?: string }) => TaskQueue<T>
}

/**
 * Runs a test bench of tasks on a simulator, until its first task has ended; what runs then is cancelled.
 *
 * ```ts
 * await bench(sim, async ({ start, cycles, risingEdge, sim }) => {
 *   start(async () => { ... })
 *   await risingEdge(sim.io.done)
 * })
 * ```
 *
 * Tasks run one at a time, in the order in which they became ready: the same bench is the same run.
 *
 * Rejects: the first error of a task that nobody joined; SIM-0501 when all tasks wait for each other; SIM-0502 for what took too
 * long; SIM-0503 for triggers that are used outside of tasks, or several at once; SIM-0504 when tasks keep each other busy
 * without time passing; SIM-0505 for inputs that are set after `readOnly`.
 */
export const bench = async <P extends PortRecord, T>(
  sim: Simulator<P>,
  run: (bench: Bench<P>) => Promise<T> | T,
): Promise<T> => {
  const time = new SimulatedTime(sim, inputsIn(sim.io))
  const scheduler = new Scheduler(time)
  const mainClock = sim.domains.includes('main') ? 'main' : (sim.domains[0] ?? 'main')
  const trigger = <V>(source: TriggerSource<V>): Trigger<V> => new Trigger(scheduler, source)
  let unnamed = 0
  const nameFor = (name: string | undefined): string => name ?? `#${++unnamed}`

  const made: Bench<P> = {
    sim,
    cycles: (count = 1, clock = mainClock) => trigger(time.cycles(whole(count), clock)),
    risingEdge: (signal) => trigger(time.edge(signal, 'rises')),
    fallingEdge: (signal) => trigger(time.edge(signal, 'falls')),
    edge: (signal) => trigger(time.edge(signal, 'changes')),
    timer: (nanoseconds) => trigger(time.timer(positive(nanoseconds))),
    until: (condition) => trigger(time.until(condition, textOf(condition))),
    readOnly: () => trigger(time.readOnly()),
    first: (...triggers) => trigger(firstOf(triggers)),
    all: (...triggers) => trigger(allOf(triggers)),
    withTimeout: async (wanted, nanoseconds) => {
      let value: { readonly is: unknown } | undefined
      const kept = trigger<void>({
        what: wanted.source.what,
        arm: (fire) =>
          wanted.source.arm((is) => {
            value = { is }
            fire()
          }),
      })
      await made.first(kept, made.timer(nanoseconds))
      if (value !== undefined) return value.is as never
      throw new TaskError({
        code: 'SIM-0502',
        title: `${wanted.description} did not happen within ${nanoseconds} ns, until ${time.now()}`,
        help: 'it takes longer than that, or what makes it happen never ran',
      })
    },
    start: (body, name) => {
      const state = scheduler.start(nameFor(name), callerOf(new Error()), body)
      const ended = trigger(state.ended)
      return {
        name: state.name,
        ended,
        get done() {
          return state.outcome !== undefined
        },
        join: async () => (await ended)(),
        cancel: () => {
          scheduler.cancel(state as never)
        },
      }
    },
    event: (name) => new TaskEvent(scheduler, nameFor(name)),
    lock: (name) => new TaskLock(scheduler, nameFor(name)),
    queue: ({ capacity = Number.POSITIVE_INFINITY, name } = {}) => new TaskQueue(scheduler, nameFor(name), capacity),
  }

  const root = scheduler.start('bench', '', () => run(made))
  await scheduler.run(root as never)
  return root.outcome?.kind === 'value' ? root.outcome.value : (undefined as never)
}

const whole = (count: number): number => {
  if (Number.isSafeInteger(count) && count >= 1) return count
  throw new TaskError({ code: 'SIM-0503', title: `${count} is not a number of cycles to wait for`, help: 'at least 1' })
}

const positive = (nanoseconds: number): number => {
  if (nanoseconds > 0) return nanoseconds
  throw new TaskError({ code: 'SIM-0503', title: `${nanoseconds} ns is no time to wait for`, help: 'more than 0' })
}

/** A short condition as it was written. */
const textOf = (condition: () => boolean): string => {
  const text = condition
    .toString()
    .replace(/^\(\)\s*=>\s*/, '')
    .replace(/\s+/g, ' ')
    .trim()
  return text.length > 100 || /^(\{|function)/.test(text) ? '' : ` ${text}`
}

/** All inputs below a record of handles. */
const inputsIn = (tree: unknown): readonly AnyHandle[] => {
  if (typeof tree !== 'object' || tree === null) return []
  if ('kind' in tree && tree.kind === 'input' && 'bits' in tree) return [tree as AnyHandle]
  if ('kind' in tree && tree.kind === 'output') return []
  return Object.values(tree).flatMap(inputsIn)
}
