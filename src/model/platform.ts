/** What every platform offers to whoever runs tile programs on it: boot, tests, benchmarks. */
import type { ProbeName, SystemDescription } from '#layout'
import type { TileProgram } from './tile.ts'

/** One step that a module reported (see `#layout` commit.ts for the shapes of the bits). */
export interface StepRecord {
  readonly cycle: number
  /** Name of the module in the system description. */
  readonly module: string
  readonly probe: ProbeName
  /** The packed record, without the valid bit. */
  readonly bits: bigint
}

/** A text that a tile's TCU printed. */
export interface PrintedText {
  readonly cycle: number
  /** NoC id of the tile, as the network stamped it. */
  readonly source: number
  readonly text: string
}

export interface RunOptions {
  /** Cycle after which the run is given up with an error that says who was waiting for what. */
  readonly limitCycles: number
  /**
   * Which programs start at power-up: all of them, or those of kernel tiles, the others once their core is enabled
   * (CORE_CFG 0, TCU section 2.4).
   */
  readonly start: 'all' | 'kernel'
  /** When the run is over: all programs have ended, or those of kernel tiles have. */
  readonly until: 'all' | 'kernel'
  readonly onPrint?: (printed: PrintedText) => void
  /** Called for every step, in replay order. */
  readonly onStep?: (record: StepRecord) => void
  /** Called now and then with the current cycle, for progress displays. */
  readonly onProgress?: (cycle: number) => void
  readonly signal?: AbortSignal
}

export interface RunOutcome {
  /** Cycles from the release of reset to the end of the last program that was waited for. */
  readonly cycles: number
}

/** A powered-up system that runs tile programs, once. */
export interface Platform extends AsyncDisposable {
  readonly name: 'model' | 'rtl' | 'lockstep'
  readonly system: SystemDescription
  /** What simulates the hardware: `model`, `verilator`. */
  readonly engine: string

  /**
   * Runs one program per compute tile (by module name; tiles without a program stay idle).
   *
   * Rejects: with the error of the first program that fails, naming its tile; with a difference between model and
   * hardware; when `limitCycles` have passed.
   */
  run(programs: ReadonlyMap<string, TileProgram>, options: RunOptions): Promise<RunOutcome>

  /** Register of a tile as it is now; for inspection after a run. */
  peekRegister(module: string, offset: number): bigint
  /** Local memory of a tile as it is now. */
  peekMemory(module: string, address: number, bytes: number): Uint8Array
}
