// A task: a function that runs beside others and waits for triggers.

import type { Fire, TriggerSource } from './trigger.ts'
import { TaskCancelled } from './error.ts'

/** What a suspended task waits for. */
export interface Suspension {
  readonly description: () => string
  /** Has the task go on with an error, in its turn. */
  readonly interrupt: (reason: Error) => void
}

/** How a task ended. */
type Outcome<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'error'; readonly reason: unknown }
  | { readonly kind: 'cancelled' }

/** The scheduler's side of a task. */
export class TaskState<T = unknown> {
  readonly name: string
  /** Where it was started. */
  readonly place: string
  suspension: Suspension | undefined
  cancelled = false
  /** Whether somebody has asked how it ends: an error is theirs then. */
  joined = false
  outcome: Outcome<T> | undefined
  readonly #listeners = new Set<Fire<Outcome<T>>>()

  constructor(name: string, place: string) {
    this.name = name
    this.place = place
  }

  end(outcome: Outcome<T>): void {
    this.outcome = outcome
    for (const listener of this.#listeners) listener(outcome)
    this.#listeners.clear()
  }

  /** The end as a trigger; its value is a function that gives the result, or throws. */
  get ended(): TriggerSource<() => T> {
    return {
      what: `the end of task ${this.name}`,
      arm: (fire) => {
        this.joined = true
        const tell: Fire<Outcome<T>> = (outcome) => fire(() => resultOf(outcome, this.name))
        if (this.outcome !== undefined) {
          tell(this.outcome)
          return () => undefined
        }
        this.#listeners.add(tell)
        return () => void this.#listeners.delete(tell)
      },
    }
  }
}

const resultOf = <T>(outcome: Outcome<T>, name: string): T => {
  if (outcome.kind === 'value') return outcome.value
  throw outcome.kind === 'error' ? outcome.reason : new TaskCancelled(name)
}
