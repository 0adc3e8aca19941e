/** RTL and golden model in lockstep: the model replays every step of the RTL and has to agree with it. */
import { commit, field, type SystemDescription } from '#layout'
import {
  createReplay,
  describeRecord,
  Difference,
  type Platform,
  type Replay,
  type RunOptions,
  type RunOutcome,
  type StepRecord,
  type TcuState,
  type TileProgram,
} from '#model'
import { hardwareOf, openRtlPlatform, type RtlPlatform, type RtlPlatformOptions } from './rtl-platform.ts'

/** Cycles that a system without programs may take to come to rest. */
const restCycles = 100_000
const restStep = 100
/** Steps of the hardware that an error shows. */
const stepsShown = 24

/** A difference between hardware and model, with the steps that led to it. */
export class LockstepError extends Error {
  readonly difference: Difference
  readonly steps: readonly StepRecord[]
  readonly seed: number

  constructor(difference: Difference, steps: readonly StepRecord[], seed: number) {
    const lines = steps.map((step) => `  ${String(step.cycle).padStart(8)}  ${step.module.padEnd(8)} ${sentence(step)}`)
    super(`${difference.message}\n\nThe last steps of the hardware (seed ${seed}):\n${lines.join('\n')}`)
    this.name = 'LockstepError'
    this.difference = difference
    this.steps = steps
    this.seed = seed
  }
}

/** Describes a step without its neighbours: flits are shown as heads unless they are in the middle of a packet. */
const sentence = (step: StepRecord): string => {
  try {
    return `${step.probe.padEnd(8)} ${describeRecord(step.probe, step.bits, false)}`
  } catch {
    // A record that cannot be decoded is itself the fault that is being shown.
    return `${step.probe.padEnd(8)} 0x${step.bits.toString(16)}`
  }
}

/** Looks at every step of a lockstep run, with the model's TCU as it is around the step. */
export interface Monitor {
  before(record: StepRecord, tcu: TcuState | undefined): void
  after(record: StepRecord, tcu: TcuState | undefined): void
}

const isCoreRead = ({ probe, bits }: StepRecord): boolean =>
  probe === 'commit' && field(commit, 'kind', bits) === 'coreRead'

/** Opens RTL and model of a system. */
export const createLockstepPlatform = async (
  system: SystemDescription,
  options: RtlPlatformOptions & { readonly monitor?: Monitor },
): Promise<Platform> => {
  return new LockstepPlatform(
    await openRtlPlatform(hardwareOf(system, options), options),
    options.seed,
    options.monitor,
  )
}

class LockstepPlatform implements Platform {
  readonly name = 'lockstep'
  readonly #rtl: RtlPlatform
  readonly #replay: Replay
  readonly #seed: number
  #difference: LockstepError | undefined
  /** The run is over and registers are looked at: these reads of the core are no steps of the run. */
  #atRest = false

  constructor(rtl: RtlPlatform, seed: number, monitor?: Monitor) {
    this.#rtl = rtl
    this.#seed = seed
    this.#replay = createReplay(rtl.system)
    rtl.observe({
      powerUp: () => this.#copyMemories(),
      record: (record) => {
        if (this.#atRest && isCoreRead(record)) return
        const tcu = this.#replay.tcuOf(record.module)
        monitor?.before(record, tcu)
        this.#guard(() => this.#replay.apply(record))
        monitor?.after(record, tcu)
      },
      writeMemory: (module, address, data) => this.#replay.writeMemory(module, address, data),
    })
  }

  /** Local memories start with random contents in the hardware, stores before reset included; the model starts with the same. */
  #copyMemories(): void {
    for (const module of this.system.modules)
      if (module.kind !== 'host')
        this.#replay.writeMemory(
          module.name,
          module.memoryBase,
          this.#rtl.peekMemory(module.name, module.memoryBase, module.memoryBytes),
        )
  }

  get engine(): 'verilator' | 'wasm' {
    return this.#rtl.engine
  }

  get system(): SystemDescription {
    return this.#rtl.system
  }

  async run(programs: ReadonlyMap<string, TileProgram>, options: RunOptions): Promise<RunOutcome> {
    const outcome = await this.#rtl.run(programs, options)
    // What was under way when the last program ended comes to rest, and then both sides have to be equal.
    for (let cycles = 0; this.#replay.outstanding().length > 0 && cycles < restCycles; cycles += restStep)
      this.#rtl.settle(restStep)
    this.#atRest = true
    this.#guard(() =>
      this.#replay.compareAtRest(
        (module, offset) => (this.#isCompute(module) ? this.#rtl.peekRegister(module, offset) : undefined),
        (module, address, bytes) => this.#rtl.peekMemory(module, address, bytes),
      ),
    )
    return outcome
  }

  peekRegister(module: string, offset: number): bigint {
    return this.#rtl.peekRegister(module, offset)
  }

  peekMemory(module: string, address: number, bytes: number): Uint8Array {
    return this.#rtl.peekMemory(module, address, bytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rtl[Symbol.asyncDispose]()
  }

  #isCompute(module: string): boolean {
    return this.system.modules.some(({ name, kind }) => name === module && kind === 'compute')
  }

  /** Turns a difference into the error of the run; once they differ, nothing more is compared. */
  #guard(compare: () => void): void {
    if (this.#difference) throw this.#difference
    try {
      compare()
    } catch (error) {
      if (!(error instanceof Difference)) throw error
      this.#difference = new LockstepError(error, this.#replay.recent().slice(-stepsShown), this.#seed)
      throw this.#difference
    }
  }
}
