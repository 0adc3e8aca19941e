// Who waits for cycles, times and values of a simulator.

import type { AnyHandle, Simulator } from '#sim/simulate'
import { TaskError } from './error.ts'
import type { Timeline } from './scheduler.ts'
import type { Disarm, Fire, TriggerSource } from './trigger.ts'

/** Clock edges after which values that tasks wait for count as never to come, when no task waits for time. */
const quietLimit = 1_000_000

/** Which way a signal has to change. */
type Direction = 'rises' | 'falls' | 'changes'

interface Cycles {
  readonly clock: string
  /** Number of the clock's edge at which it happens. */
  readonly at: number
  readonly fire: Fire<void>
}

interface Timer {
  readonly at: number
  readonly fire: Fire<void>
}

interface Watched {
  /** What it was when somebody looked last. */
  last: bigint
  readonly waiting: Set<{ readonly direction: Direction; readonly fire: Fire<void> }>
}

interface Condition {
  readonly holds: () => boolean
  readonly fire: Fire<void>
}

/** The time of a simulator: knows who waits for what of it, and steps as far as nobody has to look. */
export class SimulatedTime implements Timeline {
  readonly #sim: Simulator
  readonly #inputs: readonly AnyHandle[]
  readonly #cycles = new Set<Cycles>()
  readonly #timers = new Set<Timer>()
  readonly #signals = new Map<AnyHandle, Watched>()
  readonly #conditions = new Set<Condition>()
  readonly #stable = new Set<Fire<void>>()
  /** Instants that have passed since something happened that somebody waited for. */
  #quiet = 0
  #before: readonly bigint[] = []

  constructor(sim: Simulator, inputs: readonly AnyHandle[]) {
    this.#sim = sim
    this.#inputs = inputs
  }

  now(): string {
    return `${this.#sim.time} ns, cycle ${this.#sim.cycle}`
  }

  cycles(count: number, clock: string): TriggerSource<void> {
    return {
      what: `${count} cycle${count === 1 ? '' : 's'} of ${clock}`,
      arm: (fire) => this.#enter(this.#cycles, { clock, at: this.#sim.cycles(clock) + count, fire }),
    }
  }

  timer(nanoseconds: number): TriggerSource<void> {
    return {
      what: `${nanoseconds} ns`,
      arm: (fire) => this.#enter(this.#timers, { at: picoseconds(this.#sim.time + nanoseconds), fire }),
    }
  }

  edge(handle: AnyHandle, direction: Direction): TriggerSource<void> {
    const words = { rises: 'a rising edge', falls: 'a falling edge', changes: 'a change' } as const
    return {
      what: `${words[direction]} of ${handle.name}`,
      arm: (fire) => {
        const watched = this.#signals.get(handle) ?? { last: handle.bits, waiting: new Set() }
        this.#signals.set(handle, watched)
        const disarm = this.#enter(watched.waiting, { direction, fire })
        return () => {
          disarm()
          if (watched.waiting.size === 0) this.#signals.delete(handle)
        }
      },
    }
  }

  until(holds: () => boolean, text: string): TriggerSource<void> {
    return {
      what: `the condition${text}`,
      arm: (fire) => this.#enter(this.#conditions, { holds, fire }),
    }
  }

  readOnly(): TriggerSource<void> {
    return { what: 'stable values', arm: (fire) => this.#enter(this.#stable, fire) }
  }

  get patience(): string {
    return this.#quiet > quietLimit ? `for ${quietLimit} clock edges nothing of what tasks wait for has happened` : ''
  }

  settle(): boolean {
    let happened = false
    for (const [handle, watched] of this.#signals) {
      const { last } = watched
      const now = handle.bits
      if (now === last) continue
      watched.last = now
      for (const { direction, fire } of watched.waiting) {
        if (direction === 'rises' ? last !== 0n : direction === 'falls' && now !== 0n) continue
        happened = true
        fire()
      }
    }
    for (const { holds, fire } of this.#conditions) {
      if (!holds()) continue
      happened = true
      fire()
    }
    if (happened) this.#quiet = 0
    return happened
  }

  stable(): boolean {
    if (this.#stable.size === 0) return false
    this.#before = this.#inputs.map(({ bits }) => bits)
    for (const fire of this.#stable) fire()
    return true
  }

  leaveStable(): void {
    const changed = this.#inputs.find(({ bits }, index) => bits !== this.#before[index])
    if (changed === undefined) return
    throw new TaskError({
      code: 'SIM-0505',
      title: `\`${changed.name}\` was set after readOnly(), at ${this.now()}`,
      help: 'wait for the next cycle before you set inputs: await cycles(1)',
    })
  }

  advance(): boolean {
    const looks = this.#signals.size > 0 || this.#conditions.size > 0
    const counts = this.#cycles.size > 0 || this.#timers.size > 0
    if (!looks && !counts) return false
    if (!counts && ++this.#quiet > quietLimit) return false
    const timer = Math.min(...[...this.#timers].map(({ at }) => at))
    if (timer !== Number.POSITIVE_INFINITY) this.#towards(timer)
    else if (looks) this.#sim.pass()
    else this.#stepCycles()
    for (const waiting of this.#cycles) if (this.#sim.cycles(waiting.clock) >= waiting.at) waiting.fire()
    for (const waiting of this.#timers) if (picoseconds(this.#sim.time) >= waiting.at) waiting.fire()
    return true
  }

  /** To the next edge, or to the time of the timer if that comes first. */
  #towards(timer: number): void {
    if (!this.#sim.pass(timer / 1000)) this.#sim.advance(timer / 1000 - this.#sim.time)
  }

  /** As many cycles as nobody has to look at: one call for all of them where all count the same clock. */
  #stepCycles(): void {
    const [first, ...others] = this.#cycles
    if (first === undefined) return
    if (others.some(({ clock }) => clock !== first.clock)) {
      this.#sim.pass()
      return
    }
    const next = Math.min(first.at, ...others.map(({ at }) => at))
    this.#sim.step({ [first.clock]: next - this.#sim.cycles(first.clock) })
  }

  #enter<T>(set: Set<T>, waiting: T): Disarm {
    set.add(waiting)
    return () => void set.delete(waiting)
  }
}

const picoseconds = (nanoseconds: number): number => Math.round(nanoseconds * 1000)
