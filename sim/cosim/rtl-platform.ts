/** The generated RTL as a platform: tile programs run on a simulation of it, cycle by cycle. */
import type { SystemDescription } from '#layout'
import {
  createProgramHost,
  describeRequest,
  hostConsole,
  type HostedProgram,
  type Platform,
  type RunOptions,
  type RunOutcome,
  type SoftwareCost,
  type StepRecord,
  type TileProgram,
} from '#model'
import { openSimulation, type TriggerSet } from '#sim/bridge'
import { type BuildProgress, isBuilt } from '#sim/build'
import { type CompiledSystem, compileSystem } from './compiled-system.ts'
import { CoreAgent, corePins, coreTriggers } from './core-agent.ts'
import { buildSystem, type GeneratedSystem, generateSystem } from './generated-system.ts'
import type { Hardware } from './hardware.ts'
import { HostAgent, type HostPacket, hostTriggers } from './host-agent.ts'
import { openWasmHardware } from './wasm-hardware.ts'

/** The engines, and the choice between them. */
export type EngineChoice = 'verilator' | 'wasm' | 'auto'

/** Hardware in one of the engines. */
export type SystemHardware = GeneratedSystem | CompiledSystem

export interface RtlPlatformOptions {
  /** Seed of the programs' random numbers and of the registers that have no reset. */
  readonly seed: number
  /** Writes a waveform of the run to this file; the ending, .vcd or .fst, decides the format. */
  readonly wave?: string
  /** What the host sends through the first host port of the system. @defaultValue nothing */
  readonly hostPackets?: readonly HostPacket[]
  /** What programs cost beside the time of the hardware. @defaultValue nothing */
  readonly softwareCost?: SoftwareCost | undefined
  /** Builds a simulator that can write waveforms of this kind, also for runs that write none. */
  readonly tracing?: 'vcd' | 'fst'
  readonly onBuildProgress?: (progress: BuildProgress) => void
  /**
   * What simulates the hardware, unless `generated` says it; `auto` is Verilator when its simulator was built before or the
   * waveform is an FST file, and WebAssembly otherwise. @defaultValue 'verilator'
   */
  readonly engine?: EngineChoice
  /** The hardware, made before; it need not be what the description generates: seeded faults. */
  readonly generated?: SystemHardware
}

/** What sees a run from beside: the golden model in lockstep. */
export interface Observer {
  /** Reset is over: local memories hold what they start with. */
  powerUp(): void
  record(record: StepRecord): void
  writeMemory(module: string, address: number, data: Uint8Array): void
}

const resetCycles = 2
/** Records that Verilator's simulators keep until they are taken: `runsPerDrain` runs make fewer. */
const recordCapacity = 8192
/** Runs between two looks at the event loop, so that Ctrl-C and displays get their turn. */
const runsPerBreath = 2000
/** Runs after which collected records are looked at. */
const runsPerDrain = 256

const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const waveFormat = (file: string | undefined): 'none' | 'vcd' | 'fst' =>
  file === undefined ? 'none' : file.endsWith('.fst') ? 'fst' : 'vcd'

/** The hardware of a system for an engine. */
export const hardwareOf = (system: SystemDescription, options: RtlPlatformOptions): SystemHardware => {
  const { engine, generated } = options
  if (generated !== undefined) return generated
  if (engine === 'wasm') return compileSystem(system)
  const verilog = generateSystem(system)
  // A build takes longer than most runs do in WebAssembly: who runs for long asks for it.
  const isThere =
    engine !== 'auto' || traceOf(options) === 'fst' || isBuilt(verilog.source, { trace: traceOf(options) })
  return isThere ? verilog : compileSystem(system)
}

const traceOf = ({ tracing, wave }: RtlPlatformOptions): 'none' | 'vcd' | 'fst' => tracing ?? waveFormat(wave)

/**
 * Generates, builds and opens the RTL of a system.
 *
 * Rejects: SimulationError when it cannot be built; RangeError for an FST waveform from the WebAssembly engine.
 */
export const createRtlPlatform = (system: SystemDescription, options: RtlPlatformOptions): Promise<RtlPlatform> =>
  openRtlPlatform(hardwareOf(system, options), options)

/** Builds, or takes from the cache, and opens hardware that was generated before. */
export const openRtlPlatform = async (generated: SystemHardware, options: RtlPlatformOptions): Promise<RtlPlatform> => {
  const seed = options.seed % 0x7fff_ffff
  if ('compiled' in generated) {
    const waves = options.wave !== undefined
    if (waveFormat(options.wave) === 'fst')
      throw new RangeError(`the WebAssembly engine writes waveforms as .vcd, and not ${options.wave}`)
    return new RtlPlatform(generated, openWasmHardware(generated, { seed, waves }), options)
  }
  const built = await buildSystem(generated, {
    trace: traceOf(options),
    ...(options.onBuildProgress ? { onProgress: options.onBuildProgress } : {}),
  })
  const simulation: Hardware<TriggerSet> = openSimulation(built, { seed, recordCapacity })
  return new RtlPlatform(generated, simulation, options)
}

export class RtlPlatform implements Platform {
  readonly name: 'rtl' | 'lockstep' = 'rtl'
  readonly engine: 'verilator' | 'wasm'
  readonly system: SystemDescription
  readonly #generated: SystemHardware
  readonly #simulation: Hardware
  readonly #options: RtlPlatformOptions
  /** Names of the host ports. */
  readonly #hosts: ReadonlySet<string>
  #observer: Observer | undefined
  #sink: ((record: StepRecord) => void) | undefined
  readonly #console = hostConsole()
  #onPrint: RunOptions['onPrint']
  #begun = false

  constructor(generated: SystemHardware, simulation: Hardware, options: RtlPlatformOptions) {
    this.system = generated.system
    this.engine = 'compiled' in generated ? 'wasm' : 'verilator'
    this.#generated = generated
    this.#simulation = simulation
    this.#options = options
    this.#hosts = new Set(this.system.modules.filter(({ kind }) => kind === 'host').map(({ name }) => name))
  }

  /** Has every record and every memory write of the programs shown to `observer` as well. */
  observe(observer: Observer): void {
    this.#observer = observer
  }

  async run(programs: ReadonlyMap<string, TileProgram>, options: RunOptions): Promise<RunOutcome> {
    if (this.#begun) throw new Error('a platform runs once: create another one for another run')
    this.#begun = true
    const simulation = this.#simulation
    const memory = {
      readMemory: (module: string, address: number, bytes: number) => this.peekMemory(module, address, bytes),
      writeMemory: (module: string, address: number, data: Uint8Array) => this.#writeMemory(module, address, data),
    }
    const { seed, softwareCost } = this.#options
    const host = createProgramHost(this.system, programs, seed, memory, { cost: softwareCost })
    this.#sink = options.onStep
    this.#onPrint = options.onPrint

    for (const name of this.#hosts) {
      simulation.port(`${name}_request_out_ready`).value = 1
      simulation.port(`${name}_response_out_ready`).value = 1
    }
    if (this.#options.wave !== undefined) simulation.startTrace(this.#options.wave)
    simulation.reset(resetCycles)
    this.#observer?.powerUp()
    this.#drain()

    const [hostName] = this.#hosts
    const { hostPackets = [] } = this.#options
    const sends = hostName !== undefined && hostPackets.length > 0 ? hostName : undefined
    const ofCores = host.programs.flatMap(({ module }) => coreTriggers(module))
    const triggers = simulation.prepare([...ofCores, ...(sends === undefined ? [] : hostTriggers(sends))])
    const hostAgent =
      sends === undefined ? undefined : new HostAgent(simulation, sends, hostPackets, triggers, ofCores.length)
    const agents = host.programs.map(
      (program, position) => new CoreAgent(program, corePins(simulation, program.module), triggers, position),
    )
    const waitedFor = (program: HostedProgram): boolean => options.until === 'all' || program.role === 'kernel'

    for (const agent of agents) {
      if (options.start === 'all' || agent.program.role === 'kernel') {
        await agent.program.start()
        agent.issue(this.#cycle)
      } else agent.awaitEnable()
    }

    for (let runs = 1; ; runs++) {
      // A program may have been woken by another one's progress rather than by an answer.
      if (host.programs.some(({ state, request }) => state === 'running' && request === undefined)) await immediate()
      for (const agent of agents) agent.refresh(this.#cycle)

      if (host.failure) throw this.#ended(host.failure)
      hostAgent?.advance(this.#cycle)
      const sent = hostAgent?.ended ?? true
      if (sent && agents.every(({ program }) => !waitedFor(program) || program.state === 'ended')) break
      if (options.signal?.aborted) throw this.#ended(new Error('the run was interrupted'))
      if (this.#cycle >= options.limitCycles)
        throw this.#ended(
          new Error(
            `the run is not over after ${options.limitCycles} cycles: ` +
              host.programs
                .filter(({ state }) => state !== 'ended')
                .map(describeRequest)
                .join('; '),
          ),
        )

      const first = Math.min(options.limitCycles, hostAgent?.deadline ?? options.limitCycles)
      const deadline = agents.reduce((least, agent) => Math.min(least, agent.deadline), first)
      if (deadline > this.#cycle) simulation.runUntil(triggers, deadline - this.#cycle)

      for (const agent of agents) {
        const outcome = agent.outcome(this.#cycle)
        if (outcome === undefined) continue
        if (outcome === 'enabled') await agent.program.start()
        else await agent.program.answer(outcome.answer)
        agent.issue(this.#cycle)
      }

      if (runs % runsPerDrain === 0) this.#drain()
      if (runs % runsPerBreath === 0) {
        options.onProgress?.(this.#cycle)
        await immediate()
      }
    }
    const cycles = this.#cycle
    this.#drain()
    return { cycles }
  }

  /** Lets the system run on by `cycles` cycles without programs, so that what is under way arrives. */
  settle(cycles: number): void {
    this.#simulation.step(cycles)
    this.#drain()
  }

  /** Reads a register over the core's bus: takes a few cycles, and is a step like any other. */
  peekRegister(module: string, offset: number): bigint {
    const pins = corePins(this.#simulation, module)
    pins.valid.value = 1
    pins.write.value = 0
    pins.enables.value = 0xff
    pins.address.value = offset
    const triggers = (this.#peeks[module] ??= this.#simulation.prepare([coreTriggers(module)[0]!]))
    const result = this.#simulation.runUntil(triggers, 10_000)
    pins.valid.value = 0
    if (result.reason === 'limit')
      throw new Error(`register 0x${offset.toString(16)} of ${module} was not read within 10000 cycles`)
    const value = pins.answerData.value
    this.#simulation.step()
    this.#drain()
    return value
  }

  peekMemory(module: string, address: number, bytes: number): Uint8Array {
    const { view, base } = this.#memory(module)
    this.#checkRange(module, address, bytes)
    return view.slice(address - base, address - base + bytes)
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#simulation.close()
    return Promise.resolve()
  }

  readonly #peeks: Record<string, ReturnType<Hardware['prepare']>> = {}
  readonly #views = new Map<string, { view: Uint8Array; base: number; bytes: number }>()

  /** Cycles since the release of reset. */
  get #cycle(): number {
    return this.#simulation.cycle - resetCycles
  }

  #memory(module: string): { view: Uint8Array; base: number; bytes: number } {
    let found = this.#views.get(module)
    if (!found) {
      const described = this.system.modules.find(({ name }) => name === module)
      if (!described || described.kind === 'host')
        throw new RangeError(`${this.system.name} has no module '${module}' with memory`)
      const name = `tile_${module}.${described.kind === 'memory' ? 'ram' : 'spm'}.store`
      found = { view: this.#simulation.memory(name), base: described.memoryBase, bytes: described.memoryBytes }
      this.#views.set(module, found)
    }
    return found
  }

  #checkRange(module: string, address: number, bytes: number): void {
    const memory = this.#memory(module)
    if (address < memory.base || bytes < 0 || address + bytes > memory.base + memory.bytes)
      throw new RangeError(
        `0x${address.toString(16)} and the ${bytes} bytes from it are not inside the memory of ${module}, ` +
          `0x${memory.base.toString(16)} to 0x${(memory.base + memory.bytes - 1).toString(16)}`,
      )
  }

  #writeMemory(module: string, address: number, data: Uint8Array): void {
    this.#checkRange(module, address, data.length)
    // The model has to have seen everything that happened before.
    if (this.#observer) this.#drain()
    const { view, base } = this.#memory(module)
    view.set(data, address - base)
    this.#simulation.memoryWritten?.()
    this.#observer?.writeMemory(module, address, data)
  }

  /** Looks at the records that have come, in replay order. */
  #drain(): void {
    const records = this.#simulation.records()
    const { owners } = this.#generated
    const all = this.#sink !== undefined || this.#observer !== undefined
    for (let index = 0; index < records.length; index++) {
      const owner = owners[records.probes[index] as number]!
      if (!all && !this.#hosts.has(owner.module)) continue
      const cycle = (records.cycles[index] as number) - resetCycles
      if (cycle < 0) continue
      const record: StepRecord = { cycle, module: owner.module, probe: owner.probe, bits: records.value(index) }
      this.#observer?.record(record)
      this.#sink?.(record)
      if (owner.probe !== 'deliver0' || !this.#hosts.has(owner.module)) continue
      const printed = this.#console.deliver(record.bits, cycle)
      if (printed) this.#onPrint?.(printed)
    }
  }

  /** Completes what a run leaves behind when it ends early; gives the error to throw. */
  #ended(error: Error): Error {
    this.#drain()
    if (this.#options.wave !== undefined) this.#simulation.stopTrace()
    return error
  }
}
