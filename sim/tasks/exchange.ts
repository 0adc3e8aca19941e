// What tasks exchange with each other: events, locks, queues. None of them lets time pass.

import { TaskError } from './error.ts'
import { type Disarm, type Fire, Trigger, type Waiting } from './trigger.ts'

/** Something that one task tells others. */
export class TaskEvent<T = void> {
  readonly #waiting: Waiting
  readonly #name: string
  readonly #listeners = new Set<Fire<T>>()
  #set: { readonly value: T } | undefined

  constructor(waiting: Waiting, name: string) {
    this.#waiting = waiting
    this.#name = name
  }

  get isSet(): boolean {
    return this.#set !== undefined
  }

  /** Wakes who waits, and who will wait until it is cleared. */
  set(value: T): void {
    this.#set = { value }
    for (const listener of this.#listeners) listener(value)
    this.#listeners.clear()
  }

  clear(): void {
    this.#set = undefined
  }

  /** Happens when it is set; at once if it is. */
  wait(): Trigger<T> {
    return new Trigger(this.#waiting, {
      what: `event ${this.#name}`,
      arm: (fire) => {
        if (this.#set !== undefined) fire(this.#set.value)
        else this.#listeners.add(fire)
        return () => void this.#listeners.delete(fire)
      },
    })
  }
}

/** Something that one task has at a time; those who want it get it in the order in which they asked. */
export class TaskLock {
  readonly #waiting: Waiting
  readonly #name: string
  readonly #queue = new Set<Fire<Disposable>>()
  #taken = false

  constructor(waiting: Waiting, name: string) {
    this.#waiting = waiting
    this.#name = name
  }

  get isTaken(): boolean {
    return this.#taken
  }

  /** Happens when the lock is the task's; `using held = await lock.acquire()` gives it back at the end of the block. */
  acquire(): Trigger<Disposable> {
    return new Trigger(this.#waiting, {
      what: `lock ${this.#name}`,
      arm: (fire) => {
        if (this.#taken) this.#queue.add(fire)
        else {
          this.#taken = true
          fire(this.#hold())
        }
        return () => void this.#queue.delete(fire)
      },
    })
  }

  #hold(): Disposable {
    let held = true
    return {
      [Symbol.dispose]: () => {
        if (!held) return
        held = false
        const [next] = this.#queue
        this.#taken = next !== undefined
        if (next === undefined) return
        this.#queue.delete(next)
        next(this.#hold())
      },
    }
  }
}

/** Values on their way from tasks to tasks, in order. */
export class TaskQueue<T> {
  /** Most values that wait in it. */
  readonly capacity: number
  readonly #waiting: Waiting
  readonly #name: string
  readonly #values: T[] = []
  readonly #takers = new Set<Fire<T>>()
  readonly #givers = new Set<{ readonly value: T; readonly fire: Fire<void> }>()

  constructor(waiting: Waiting, name: string, capacity: number) {
    if (!(capacity >= 1))
      throw new TaskError({ code: 'SIM-0503', title: `a queue for ${capacity} values`, help: 'it needs room for one' })
    this.#waiting = waiting
    this.#name = name
    this.capacity = capacity
  }

  get length(): number {
    return this.#values.length
  }

  /** Happens when the value is in the queue. */
  put(value: T): Trigger {
    return new Trigger(this.#waiting, {
      what: `room in queue ${this.#name}`,
      arm: (fire) => {
        if (this.tryPut(value)) {
          fire()
          return () => undefined
        }
        return entered(this.#givers, { value, fire })
      },
    })
  }

  /** Puts it if there is room. */
  tryPut(value: T): boolean {
    const [taker] = this.#takers
    if (taker !== undefined) {
      this.#takers.delete(taker)
      taker(value)
      return true
    }
    if (this.#values.length >= this.capacity) return false
    this.#values.push(value)
    return true
  }

  /** Happens with the first value. */
  get(): Trigger<T> {
    return new Trigger(this.#waiting, {
      what: `a value in queue ${this.#name}`,
      arm: (fire) => {
        if (this.#values.length === 0) return entered(this.#takers, fire)
        const value = this.#values.shift() as T
        fire(value)
        const [giver] = this.#givers
        if (giver !== undefined) {
          this.#givers.delete(giver)
          this.#values.push(giver.value)
          giver.fire()
        }
        return () => undefined
      },
    })
  }
}

const entered = <T>(set: Set<T>, one: T): Disarm => {
  set.add(one)
  return () => void set.delete(one)
}
