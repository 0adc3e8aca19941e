// When which clock rises: by order alone, or by periods in nanoseconds.

import { SimulateError, didYouMean } from './error.ts'

/** When a clock rises: at `phase`, and every `period` after it. Nanoseconds, exact to three decimals. */
export interface ClockTimes {
  readonly period: number
  /** @defaultValue 0, which is the first time `period` from now */
  readonly phase?: number
}

/** Clocks that rise at one instant. */
export interface Edge {
  /** Bit i is domain i. */
  readonly mask: number
  /** Nanoseconds since the beginning. */
  readonly time: number
}

interface Running {
  readonly period: number
  next: number
}

/** Nanoseconds from one edge to the next for clocks that have no period. */
const untimedPeriod = 10

/** The clocks of a design. Times are kept in picoseconds, which are whole numbers. */
export class Clocks {
  readonly domains: readonly string[]
  readonly #running: (Running | undefined)[]
  #now = 0

  constructor(domains: readonly string[]) {
    this.domains = domains
    this.#running = domains.map(() => undefined)
  }

  /** Nanoseconds since the beginning. */
  get time(): number {
    return this.#now / 1000
  }

  /** Whether clocks have periods. */
  get timed(): boolean {
    return this.#running.some((running) => running !== undefined)
  }

  /** The domain that `step(n)` counts: `main`, or the first of a design without it. */
  get main(): number {
    return Math.max(0, this.domains.indexOf('main'))
  }

  get mainName(): string {
    return this.domains[this.main] ?? 'main'
  }

  /** Number of a domain by name. */
  indexOf(name: string): number {
    const index = this.domains.indexOf(name)
    if (index >= 0) return index
    throw new SimulateError({
      code: 'SIM-0304',
      title: `there is no clock \`${name}\``,
      help: didYouMean(name, this.domains),
    })
  }

  /** Gives clocks their periods, from now on; those that are not named rest. */
  set(times: Readonly<Record<string, ClockTimes>>): void {
    const running = this.domains.map((): Running | undefined => undefined)
    for (const [name, { period, phase = 0 }] of Object.entries(times)) {
      const every = picoseconds(period, `the period of clock \`${name}\``, 1)
      const offset = picoseconds(phase, `the phase of clock \`${name}\``, 0)
      running[this.indexOf(name)] = { period: every, next: this.#now + (offset === 0 ? every : offset) }
    }
    this.#running.splice(0, running.length, ...running)
  }

  /** The next edge. */
  next(): Edge {
    const next = Math.min(...this.#running.map((running) => running?.next ?? Number.POSITIVE_INFINITY))
    let mask = 0
    this.#running.forEach((running, index) => {
      if (running?.next === next) mask |= 1 << index
    })
    return { mask, time: next / 1000 }
  }

  /** The edge has happened: time is there now. */
  pass({ mask, time }: Edge): void {
    this.#now = Math.round(time * 1000)
    this.#running.forEach((running, index) => {
      if (running !== undefined && ((mask >>> index) & 1) === 1) running.next += running.period
    })
  }

  /** Whether a clock has a period. */
  runs(domain: number): boolean {
    return this.#running[domain] !== undefined
  }

  /** Passes `count` edges of the only clock at once. */
  jump(count: number): void {
    const [only] = this.#running
    if (only === undefined) return
    this.#now = only.next + (count - 1) * only.period
    only.next = this.#now + only.period
  }

  /** `count` edges without times of their own. */
  passUntimed(count: number): void {
    this.#now += count * untimedPeriod * 1000
  }

  /** When the next edge without a time of its own is. */
  get untimedNext(): number {
    return this.time + untimedPeriod
  }

  /** Nothing happens until `nanoseconds`. */
  rest(nanoseconds: number): void {
    this.#now = Math.round(nanoseconds * 1000)
  }
}

/** A time in whole picoseconds. */
export const picoseconds = (nanoseconds: number, what: string, least: number): number => {
  const value = Math.round(nanoseconds * 1000)
  if (Number.isSafeInteger(value) && value >= least && Math.abs(nanoseconds * 1000 - value) < 1e-6) return value
  throw new SimulateError({
    code: 'SIM-0305',
    title: `${what} is ${nanoseconds} ns`,
    help: `nanoseconds ${least === 0 ? 'from 0' : 'above 0'}, with up to three decimals`,
  })
}
