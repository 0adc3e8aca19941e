// Runs tasks one after the other, and lets time pass when all of them wait.

import { TaskCancelled, TaskError } from './error.ts'
import { TaskState } from './task.ts'
import type { Trigger } from './trigger.ts'

/** Simulated time, as the scheduler moves it. */
export interface Timeline {
  /** Has what was set followed, and tells who waits for values; true if somebody has something to do now. */
  readonly settle: () => boolean
  /** Everybody waits and values are stable: tells who waits for that; true if somebody has. */
  readonly stable: () => boolean
  /** After those who looked at stable values, before time goes on. */
  readonly leaveStable: () => void
  /** Lets time pass until somebody has something to do; false when nobody waits for time. */
  readonly advance: () => boolean
  /** Why time does not go on although somebody waits for it; empty if nobody does. */
  readonly patience: string
  /** `12.5 ns, cycle 3` */
  readonly now: () => string
}

/** Rounds at one instant after which tasks chase each other for ever. */
const roundsAtOnce = 10_000

interface Ready {
  readonly task: TaskState
  readonly go: () => void
}

/** One bench: its tasks, in the order in which they became ready. The same run is the same order. */
export class Scheduler {
  readonly #timeline: Timeline
  readonly #ready: Ready[] = []
  readonly #tasks = new Set<TaskState>()
  #current: TaskState | undefined
  /** Resolves when the current task waits or ends. */
  #rested: (() => void) | undefined
  #failure: { readonly reason: unknown } | undefined

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  /** Makes a task, which begins when the one that runs waits. */
  start<T>(name: string, place: string, run: () => Promise<T> | T): TaskState<T> {
    const task = new TaskState<T>(name, place)
    this.#tasks.add(task as TaskState)
    this.#enqueue(task as TaskState, () => void this.#live(task, run))
    return task
  }

  /** Suspends the current task until the trigger happens. */
  wait<T>(trigger: Trigger<T>): Promise<T> {
    const task = this.#current
    if (task === undefined || task.suspension !== undefined) throw this.#misplaced(trigger, task)
    if (task.cancelled) return Promise.reject(new TaskCancelled(task.name))
    return new Promise<T>((resolve, reject) => {
      let over = false
      const resume = (settle: () => void): void => {
        if (over) return
        over = true
        disarm()
        this.#enqueue(task, () => {
          task.suspension = undefined
          settle()
        })
      }
      let disarm: () => void = () => undefined
      task.suspension = {
        description: () => trigger.description,
        interrupt: (reason) => {
          resume(() => {
            reject(reason)
          })
        },
      }
      const armed = trigger.source.arm((value) => {
        resume(() => {
          resolve(value)
        })
      })
      disarm = armed
      // it may have happened at once, before there was something to disarm
      if (over) armed()
      this.#rest()
    })
  }

  /** Has a task end where it waits. */
  cancel(task: TaskState): void {
    if (task.outcome !== undefined || task.cancelled) return
    task.cancelled = true
    task.suspension?.interrupt(new TaskCancelled(task.name))
  }

  /** Runs until `root` has ended; then the others are cancelled. Rejects with the error of the first task that failed. */
  async run(root: TaskState): Promise<void> {
    try {
      await this.#untilEnded(root)
    } finally {
      for (const task of this.#tasks) this.cancel(task)
      await this.#workOff()
    }
    if (this.#failure !== undefined) throw this.#failure.reason
  }

  async #untilEnded(root: TaskState): Promise<void> {
    for (let rounds = 0; root.outcome === undefined; rounds++) {
      await this.#workOff()
      if (this.#failure !== undefined) throw this.#failure.reason
      if (root.outcome !== undefined) return
      if (rounds >= roundsAtOnce) throw this.#chasing()
      if (this.#timeline.settle()) continue
      if (this.#timeline.stable()) {
        await this.#workOff()
        this.#timeline.leaveStable()
        continue
      }
      if (!this.#timeline.advance()) throw this.#deadlock()
      rounds = 0
    }
  }

  /** Runs tasks that are ready, and those that they make ready. */
  async #workOff(): Promise<void> {
    for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift()) {
      const rested = new Promise<void>((resolve) => {
        this.#rested = resolve
      })
      this.#current = next.task
      next.go()
      await rested
      this.#current = undefined
    }
  }

  async #live<T>(task: TaskState<T>, run: () => Promise<T> | T): Promise<void> {
    try {
      if (task.cancelled) throw new TaskCancelled(task.name)
      task.end({ kind: 'value', value: await run() })
    } catch (reason) {
      if (task.cancelled && reason instanceof TaskCancelled) task.end({ kind: 'cancelled' })
      else {
        if (!task.joined) this.#failure ??= { reason }
        task.end({ kind: 'error', reason })
      }
    }
    this.#tasks.delete(task as TaskState)
    this.#rest()
  }

  #enqueue(task: TaskState, go: () => void): void {
    this.#ready.push({ task, go })
  }

  #rest(): void {
    this.#rested?.()
    this.#rested = undefined
  }

  #misplaced(trigger: Trigger<unknown>, task: TaskState | undefined): TaskError {
    return new TaskError({
      code: 'SIM-0503',
      title:
        task === undefined
          ? `${trigger.description} is awaited outside of a task`
          : `task ${task.name} awaits ${trigger.description} while it waits for ${task.suspension?.description() ?? ''}`,
      help: 'a task waits for one trigger at a time: all(...) and first(...) make one of several, start(...) makes a task',
    })
  }

  #deadlock(): TaskError {
    const why = this.#timeline.patience || 'nothing can happen any more, every task waits for another'
    return new TaskError({
      code: 'SIM-0501',
      title: `${why}, at ${this.#timeline.now()}\n${this.#states()}`,
      help: 'one of them has to wait for time, or for a signal that changes; withTimeout(trigger, nanoseconds) gives up earlier',
    })
  }

  #chasing(): TaskError {
    return new TaskError({
      code: 'SIM-0504',
      title: `tasks went on ${roundsAtOnce} times without time passing, at ${this.#timeline.now()}\n${this.#states()}`,
      help: 'one of them has to wait for a cycle or a time: await cycles(1)',
    })
  }

  #states(): string {
    return [...this.#tasks]
      .map(({ name, place, suspension }) => {
        const started = place === '' ? '' : `, started at ${place},`
        return `  ${name}${started} waits for ${suspension?.description() ?? 'its turn'}`
      })
      .join('\n')
  }
}
