/** What runs a design: the interface that the WebAssembly engine and Verilator have in common. */

/** Where a value of a running design is in the engine's memory: 64-bit little-endian words, unused upper bits 0. */
export interface Slot {
  /** Names of the instances from below the top, then the name of the signal: `['router', 'fifo', 'head']`. */
  readonly path: readonly string[]
  /** The designer's spelling of the last name. */
  readonly label: string
  readonly bits: number
  readonly signed: boolean
  readonly cases: Readonly<Record<string, number>> | undefined
  readonly role: 'input' | 'output' | 'wire' | 'register' | 'instanceOutput' | 'memoryOutput' | 'reset'
  /** In bytes, a multiple of 8. */
  readonly offset: number
}

/** The words of a memory: word i at `offset + i * stride` bytes, 64-bit little-endian words, unused upper bits 0. */
export interface MemorySlot {
  readonly path: readonly string[]
  readonly bits: number
  readonly depth: number
  /** In bytes, multiples of 8. */
  readonly offset: number
  readonly stride: number
}

/** A property that was violated, or happened (`cover`), with the number of the edge. */
export interface PropertyEvent {
  readonly check: 'assert' | 'assume' | 'cover'
  /** Instances from below the top. */
  readonly path: readonly string[]
  readonly sentence: string
  /** Index into `Engine.properties`. */
  readonly property: number
  readonly edge: number
  /** Covers: how often it happened since the last call, when the engine counts them; 1 otherwise. */
  readonly times?: number
}

/** One running design. Values are read and written in `memory`; the calls below make the design follow. */
export interface Engine extends Disposable {
  readonly name: 'wasm' | 'verilator'
  /** Holds all slots. Stays the same buffer as long as the engine lives. */
  readonly memory: ArrayBuffer
  /** Domains of the top, in its order: bit i of a clock mask is domain i. Each has a `reset` slot when it has a reset. */
  readonly domains: readonly string[]
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly resets: readonly (Slot | undefined)[]
  /** Everything that can be watched by name; at least the ports. */
  readonly signals: readonly Slot[]
  readonly memories: readonly MemorySlot[]
  /** Engines whose memories live elsewhere: brings `count` words of `memories[index]` from word `first` on to its slot. */
  loadWords?(index: number, first: number, count: number): void
  /** The same in the other direction, after words were written. Takes effect with the next `settle` or `step`. */
  storeWords?(index: number, first: number, count: number): void
  /** Makes outputs (and watched signals) follow the inputs, without an edge. */
  settle(): void
  /**
   * `edges` times: settles, then gives a rising edge to all clocks in `clockMask` at the same instant, then settles. Ends
   * early when an assertion or assumption is violated; that edge is done and does not count. Returns the number of edges
   * that ran.
   */
  step(clockMask: number, edges: number): number
  /** Edges since the beginning. */
  readonly edge: number
  /** Violations and covers since the last call. */
  events(): readonly PropertyEvent[]
  close(): void
}
