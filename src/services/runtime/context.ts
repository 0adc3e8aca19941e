/** What a program has at hand. */
import type { Tile } from '#model'
import { CallError, codes, pageBytes, selectors, standardBuffers, standardBufferStart, standardEps } from '#kernel'
import type { ActivityEnvironment, BootEnvironment, Message, Tcu } from '#kernel'
import { SystemCalls } from '../library/system-calls.ts'
import type { Measurement } from './program.ts'
import { serveSideCall } from './side-calls.ts'
import type { MuxState } from './side-calls.ts'

/** The kernel wants the program to end. */
export class Stopped extends Error {}

/** Cycles between two looks at an endpoint, and looks between two side calls served. */
const pollCycles = 4
const looksPerSideCall = 16

/** Memory that programs may use lies between their image and their receive buffers. */
const heapStart = 0x4000

/** A running program's view of its tile. */
export class Context {
  readonly tile: Tile
  readonly tcu: Tcu
  readonly environment: BootEnvironment & ActivityEnvironment
  readonly calls: SystemCalls
  readonly measured: (measurement: Measurement) => void
  readonly #mux: MuxState
  readonly #heapEnd: number
  readonly #bufferEnd: number
  #heap: number
  #buffers: number
  #selector: number

  constructor(
    mux: MuxState,
    environment: BootEnvironment & ActivityEnvironment,
    measured: (measurement: Measurement) => void = () => {},
  ) {
    this.tile = mux.tile
    this.tcu = mux.tcu
    this.environment = environment
    this.measured = measured
    this.#mux = mux
    const { base, bytes } = mux.tile.memory
    this.#heap = base + heapStart
    this.#heapEnd = standardBufferStart(bytes)
    this.#buffers = this.#heapEnd + pageBytes
    this.#bufferEnd = base + bytes
    this.#selector = Math.max(Number(selectors.firstFree), environment.firstSelector)
    this.calls = new SystemCalls(this)
  }

  /** Words after the program's name on its command line. */
  get args(): readonly string[] {
    return this.environment.args.slice(1)
  }

  /** Standard endpoint of this activity. Kernel section 3.2. */
  standardEp(name: keyof typeof standardEps): number {
    return this.environment.firstStandardEp + standardEps[name]
  }

  /** A free selector, the first of `count`. */
  selector(count = 1): number {
    this.#selector += count
    return this.#selector - count
  }

  /** Address of `bytes` bytes of local memory, aligned to 16 or to `alignment`. */
  allocate(bytes: number, alignment = 16): number {
    const start = Math.ceil(this.#heap / alignment) * alignment
    if (start + bytes > this.#heapEnd) throw new CallError(codes.OutOfMem)
    this.#heap = start + bytes
    return start
  }

  /** Address of a receive buffer. */
  allocateBuffer(bytes: number): number {
    const start = this.#buffers
    if (start + bytes > this.#bufferEnd) throw new CallError(codes.OutOfMem)
    this.#buffers = Math.ceil((start + bytes) / 16) * 16
    return start
  }

  /** Prints one line. */
  print(line: string): Promise<void> {
    return this.tcu.print(`${line}\n`)
  }

  /**
   * Waits for a message on a receive endpoint. `stillOpen` says whether one can still come.
   *
   * Rejects: Stopped when the kernel ends the program; CallError EPInvalid when nothing can come any more.
   */
  async receive(ep: number, buffer: number, stillOpen?: () => Promise<boolean>): Promise<Message> {
    for (let look = 1; ; look++) {
      if ((await this.tcu.unread(ep)) !== 0) {
        const message = await this.tcu.fetch(ep, buffer)
        if (message !== undefined) return message
      }
      await this.tile.wait(pollCycles)
      if (look % looksPerSideCall !== 0) continue
      await this.serve()
      if (stillOpen !== undefined && !(await stillOpen())) throw new CallError(codes.EPInvalid)
    }
  }

  /** Lets cycles pass; the multiplexer gets its turn as well. */
  async pause(cycles: number): Promise<void> {
    await this.tile.wait(cycles)
    await this.serve()
  }

  /** Waits for a message on one of the standard endpoints. */
  receiveStandard(name: keyof typeof standardBuffers, stillOpen?: () => Promise<boolean>): Promise<Message> {
    return this.receive(this.standardEp(name), this.#standardBuffer(name), stillOpen)
  }

  /** Gives a side call its answer, if one waits. */
  async serve(): Promise<void> {
    while (await serveSideCall(this.#mux)) continue
    if (this.#mux.requested === 'stop' || this.#mux.requested === 'shutdown') throw new Stopped()
  }

  #standardBuffer(name: keyof typeof standardBuffers): number {
    return standardBufferStart(this.tile.memory.bytes) + standardBuffers[name]
  }
}
