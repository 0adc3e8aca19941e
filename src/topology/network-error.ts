/** Mistakes of a network's description, as data. Source: NoC sections 10.1, 11.4, 13. */

/** One mistake: what is wrong, where it is said, and what to do. */
export interface NetworkFault {
  /** `NOC-` and four digits, see docs/errors. */
  readonly code: string
  /** Place in the description: `network.vcsPerClass`, `modules[3].mod`. */
  readonly path: string
  readonly message: string
  readonly fix: string
  /** A deadlock's circle, for drawings. */
  readonly cycle?: readonly CycleStep[] | undefined
}

/** A channel of a circle in which packets wait for each other. */
export interface CycleStep {
  /** `x0_y0 east`, `injection of cpu`, with class and virtual channels. */
  readonly channel: string
  /** Why its packet waits for the next channel: a route, or what a module does. */
  readonly waits: string
  /** The router and its output (a link or an ejection), or the router and its input (an injection). */
  readonly router: number
  readonly output?: number | undefined
  readonly input?: number | undefined
}

/** A network that cannot be built as described. All its mistakes at once. */
export class NetworkError extends RangeError {
  readonly faults: readonly NetworkFault[]

  constructor(name: string, faults: readonly NetworkFault[]) {
    super(faults.map(({ code, message, fix }) => `system ${name}: ${message}; ${fix} [${code}]`).join('\n'))
    this.name = 'NetworkError'
    this.faults = faults
  }
}
