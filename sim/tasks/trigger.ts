// What a task can wait for.

import { callerOf, TaskError } from './error.ts'

/** Takes back what `arm` began. */
export type Disarm = () => void

/** How a trigger tells that it happened. */
export type Fire<T> = (value: T) => void

/** What makes a trigger happen; part of the scheduler. */
export interface TriggerSource<T> {
  /** For messages: `a rising edge of done`. */
  readonly what: string
  /** Calls `fire` once when it happens, later or at once, unless it is disarmed before. */
  arm(fire: Fire<T>): Disarm
}

/** Who suspends the task that waits. */
export interface Waiting {
  wait<T>(trigger: Trigger<T>): Promise<T>
}

/**
 * Something that happens in simulated time. `await` suspends the task until then; nothing begins before it. A trigger can be
 * awaited more than once: each time it is waited for anew.
 */
export class Trigger<T = void> implements PromiseLike<T> {
  readonly source: TriggerSource<T>
  readonly #waiting: Waiting
  readonly #made: Error

  constructor(waiting: Waiting, source: TriggerSource<T>) {
    this.#waiting = waiting
    this.source = source
    this.#made = new Error()
  }

  /** What it is, and where in the test bench it was made. */
  get description(): string {
    const place = callerOf(this.#made)
    return `${this.source.what}${place === '' ? '' : ` (${place})`}`
  }

  then<Result = T, Failure = never>(
    resolved?: ((value: T) => Result | PromiseLike<Result>) | null,
    rejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Result | Failure> {
    return this.#waiting.wait(this).then(resolved, rejected)
  }
}

/** The values of triggers. */
export type Happened<T extends readonly Trigger<unknown>[]> = {
  readonly [Index in keyof T]: T[Index] extends Trigger<infer Value> ? Value : never
}

/** Happens with the first of them; its value is the index of that one. */
export const firstOf = (triggers: readonly Trigger<unknown>[]): TriggerSource<number> => {
  if (triggers.length === 0) throw nothing('first')
  return {
    what: `the first of: ${triggers.map(({ source }) => source.what).join('; ')}`,
    arm: (fire) => {
      let armed: Disarm[] = []
      let over = false
      const disarm = (): void => {
        over = true
        for (const one of armed) one()
        armed = []
      }
      for (const [index, { source }] of triggers.entries()) {
        // one that happens at once is the first; the others need not begin
        if (over) break
        armed.push(
          source.arm(() => {
            if (over) return
            disarm()
            fire(index)
          }),
        )
      }
      if (over) disarm()
      return disarm
    },
  }
}

/** Happens when all of them have, in any order. */
export const allOf = <const T extends readonly Trigger<unknown>[]>(triggers: T): TriggerSource<Happened<T>> => {
  if (triggers.length === 0) throw nothing('all')
  return {
    what: `all of: ${triggers.map(({ source }) => source.what).join('; ')}`,
    arm: (fire) => {
      const values: unknown[] = []
      let left = triggers.length
      const armed = triggers.map(({ source }, index) => {
        const own: { happened: boolean; disarm?: Disarm } = { happened: false }
        own.disarm = source.arm((value) => {
          own.happened = true
          own.disarm?.()
          values[index] = value
          if (--left === 0) fire(values as unknown as Happened<T>)
        })
        // it may have happened at once
        if (own.happened) own.disarm()
        return own.disarm
      })
      return () => {
        for (const disarm of armed) disarm()
      }
    },
  }
}

const nothing = (name: string): TaskError =>
  new TaskError({
    code: 'SIM-0503',
    title: `${name}() of nothing never happens`,
    help: `name what to wait for: ${name}(risingEdge(sim.io.done), timer(100))`,
  })
