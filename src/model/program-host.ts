/**
 * Runs tile programs for a platform: turns the operations of `Tile` into bus requests, wakes programs up in a fixed order,
 * and knows when a program is blocked again. Every platform uses it; what a request means in cycles is the platform's.
 *
 * After a program got its answer it runs until its next request. The host waits for that on the microtask queue: nearly
 * always the request is there after a few turns. If not, one turn of the event loop (`setImmediate`) runs every microtask
 * that is ready; a program without a request then waits for something that is not a tile operation, such as a promise that
 * another tile's program settles, and is looked at again after every answer. Simulated time stands still while programs run.
 * Programs must not wait for real time or I/O: the run would not be repeatable.
 */
import type { SystemDescription } from '#layout'
import { createRandom } from './random.ts'
import { freeSoftware, SoftwareAccount } from './software-cost.ts'
import type { SoftwareCost } from './software-cost.ts'
import type { Tile, TileProgram } from './tile.ts'

/** What a core asks of its tile; memory accesses are callbacks of the host instead, as they take no time. */
export type BusRequest =
  | { readonly kind: 'readRegister'; readonly offset: number }
  | { readonly kind: 'writeRegister'; readonly offset: number; readonly value: bigint; readonly enables: number }
  | { readonly kind: 'wait'; readonly cycles: number }
  | { readonly kind: 'waitForInterrupt'; readonly line: 1 | 2; readonly limitCycles: number | undefined }

/** What a platform answers: the register's value, what ended the wait for an interrupt, or nothing. */
export type BusAnswer = bigint | 'interrupt' | 'limit' | undefined

/** Where a platform keeps the local memories. */
export interface ProgramMemory {
  readMemory(module: string, address: number, bytes: number): Uint8Array
  writeMemory(module: string, address: number, data: Uint8Array): void
}

/** A program on its tile. */
export interface HostedProgram {
  readonly module: string
  /** Index of the module in the system description. */
  readonly index: number
  readonly role: 'kernel' | 'user' | 'accelerator'
  readonly state: 'idle' | 'running' | 'ended'
  /** The request that the core carries out next; programs that have several at once get them served in order. */
  readonly request: BusRequest | undefined
  /** Lets the program begin; resolves when it is blocked or has ended. */
  start(): Promise<void>
  /** Answers the front request; resolves when the program is blocked again or has ended. */
  answer(value: BusAnswer): Promise<void>
}

export interface ProgramHost {
  /** The tiles that have programs, in the order of the system description. */
  readonly programs: readonly HostedProgram[]
  /** The error of the first program that failed, naming its tile. */
  readonly failure: Error | undefined
}

interface Pending {
  readonly request: BusRequest
  readonly resolve: (value: BusAnswer) => void
}

const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Turns of the microtask queue after which the event loop is asked to run everything that is ready. */
const microtaskTurns = 24

/** What a platform may say about its programs. */
export interface ProgramHostOptions {
  /** What stands in accelerator tiles, where the platform does not have it otherwise; it is hardware and costs no software. */
  readonly logic?: ReadonlyMap<string, TileProgram>
  /** @defaultValue free */
  readonly cost?: SoftwareCost | undefined
}

/**
 * Prepares the programs of a run.
 *
 * Rejects: RangeError when a program is meant for a module that is no compute tile, or costs no whole number of cycles.
 */
export const createProgramHost = (
  system: SystemDescription,
  programs: ReadonlyMap<string, TileProgram>,
  seed: number,
  memory: ProgramMemory,
  { logic = new Map(), cost = freeSoftware }: ProgramHostOptions = {},
): ProgramHost => {
  for (const name of programs.keys()) {
    const module = system.modules.find((candidate) => candidate.name === name)
    if (module?.kind !== 'compute') throw new RangeError(`${system.name} has no compute tile named '${name}'`)
  }
  const shared: { failure: Error | undefined } = { failure: undefined }
  const hosted = system.modules.flatMap((module, index) => {
    const program = (module.kind === 'accelerator' ? logic : programs).get(module.name)
    if (program === undefined) return []
    const account = new SoftwareAccount(module.kind === 'accelerator' ? freeSoftware : cost)
    return [hostProgram(system, index, program, seed, memory, shared, account)]
  })
  return {
    programs: hosted,
    get failure() {
      return shared.failure
    },
  }
}

const checkRange = (what: string, value: number, largest: number): void => {
  if (!Number.isInteger(value) || value < 0 || value > largest)
    throw new RangeError(`${what} is a whole number from 0 to 0x${largest.toString(16)}, not ${value}`)
}

const hostProgram = (
  system: SystemDescription,
  index: number,
  program: TileProgram,
  seed: number,
  memory: ProgramMemory,
  shared: { failure: Error | undefined },
  account: SoftwareAccount,
): HostedProgram => {
  const module = system.modules[index]
  if (module?.kind !== 'compute' && module?.kind !== 'accelerator')
    throw new RangeError(`module ${index} of ${system.name} has no place for a program`)
  const pending: Pending[] = []
  let state: 'idle' | 'running' | 'ended' = 'idle'
  let concurrent = false

  const ask = (request: BusRequest): Promise<BusAnswer> =>
    new Promise((resolve) => {
      if (pending.length > 0) concurrent = true
      const cycles = account.due()
      if (cycles > 0) pending.push({ request: { kind: 'wait', cycles }, resolve: () => {} })
      pending.push({ request, resolve })
    })

  const tile: Tile = {
    id: (system.chip << 8) | module.mod,
    memory: { base: module.memoryBase, bytes: module.memoryBytes },
    readRegister: async (offset) => {
      checkRange('the offset of a register', offset, 0xfff_ffff)
      return (await ask({ kind: 'readRegister', offset })) as bigint
    },
    writeRegister: async (offset, value, enables = 0xff) => {
      checkRange('the offset of a register', offset, 0xfff_ffff)
      checkRange('a mask of byte enables', enables, 0xff)
      await ask({ kind: 'writeRegister', offset, value: BigInt.asUintN(64, value), enables })
    },
    readMemory: (address, bytes) => {
      account.copied(bytes)
      return memory.readMemory(module.name, address, bytes)
    },
    writeMemory: (address, data) => {
      account.copied(data.length)
      memory.writeMemory(module.name, address, data)
    },
    wait: async (cycles) => {
      checkRange('a number of cycles', cycles, Number.MAX_SAFE_INTEGER)
      await ask({ kind: 'wait', cycles })
    },
    waitForInterrupt: async (line, limitCycles) =>
      (await ask({ kind: 'waitForInterrupt', line, limitCycles })) as 'interrupt' | 'limit',
    random: createRandom(seed, index),
  }

  const blocked = async (): Promise<void> => {
    // several requests at once: more may follow the first, so let everything run that can
    if (concurrent) await immediate()
    for (let turn = 0; turn < microtaskTurns && pending.length === 0 && state === 'running'; turn++)
      await Promise.resolve()
    if (pending.length === 0 && state === 'running') await immediate()
  }

  const run = async (): Promise<void> => {
    try {
      await program(tile)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      shared.failure ??= new Error(`The program of tile '${module.name}' failed: ${reason}`, { cause })
    }
    state = 'ended'
  }

  return {
    module: module.name,
    index,
    role: module.kind === 'accelerator' ? 'accelerator' : module.role,
    get state() {
      return state
    },
    get request() {
      return pending[0]?.request
    },
    start() {
      state = 'running'
      void run()
      return blocked()
    },
    answer(value) {
      const front = pending.shift()
      if (front === undefined) throw new Error(`tile '${module.name}' has no request to answer`)
      front.resolve(value)
      return blocked()
    },
  }
}

/** Says what a program waits for, for errors about runs that do not end. */
export const describeRequest = (program: HostedProgram): string => {
  const { request } = program
  if (program.state === 'idle') return `${program.module} was never enabled`
  if (request === undefined) return `${program.module} waits for something that is not a tile operation`
  switch (request.kind) {
    case 'readRegister':
      return `${program.module} reads register 0x${request.offset.toString(16)}`
    case 'writeRegister':
      return `${program.module} writes register 0x${request.offset.toString(16)}`
    case 'wait':
      return `${program.module} waits ${request.cycles} cycles`
    case 'waitForInterrupt':
      return `${program.module} waits for interrupt ${request.line}`
  }
}
