/** Carries the operations of a random program out on a tile. Every wait has a bound, and to exceed it is a failure. */
import {
  command,
  encode,
  endpointRegister,
  errorName,
  externalCommand,
  externalOpcodes,
  field,
  opcodes,
  printBufferRegister,
  registers,
} from '#layout'
import type { Tile, TileProgram } from '#model'
import type { CommandOperation, ExternalOperation, Operation, RemoteWriteOperation } from './agree-operation.ts'

/** A command, an external command or a print that did not end in time. */
class LivenessError extends Error {
  constructor(what: string, cycles: number) {
    super(`${what} has not ended within ${cycles} cycles (liveness)`)
    this.name = 'LivenessError'
  }
}

/** What programs report while they run. */
export interface ProgramEvents {
  /** A command ended: SEND, REPLY ... or OP_n, and the name of its error. */
  command(name: string, error: string): void
  /** A FETCH_MSG that was counted found nothing. */
  nothingFetched(): void
  /** An external command ended. */
  external(name: string, error: string): void
}

export interface ProgramSettings {
  /** Bound for every command, in cycles. */
  readonly limitCycles: number
  readonly nanosecondsPerCycle: number
  readonly pollGap: number
  readonly events: ProgramEvents
}

/** Name of a command of which is not known which it is: COMMAND was written while it ran, or in parts. */
export const mixed = 'mixed'

const noMessage = 0xffff_ffff_ffff_ffffn
/** Polls between two looks at the clock. */
const pollsPerLook = 8
/** Polls in a row; then the core looks only now and then, to let long waits pass. */
const hotPolls = 64
const restCycles = 40
const receiveGap = 25
/** Attempts to fetch a message for a command that needs one. */
const fetchTries = 10
const externalTries = 4

/** Name of an unprivileged opcode. */
export const opcodeName = (op: number): string =>
  Object.entries(opcodes).find(([, code]) => code === op)?.[0] ?? `unknown`

/** Tells tiles when all of them have prepared themselves. */
export const meetingOf = (tiles: number): (() => Promise<void>) => {
  let missing = tiles
  let open: () => void = () => undefined
  const all = new Promise<void>((resolve) => (open = resolve))
  return async () => {
    if (--missing === 0) open()
    await all
  }
}

/** The tile program that carries out `prepare`, waits for the other tiles, and carries out `run`. */
export const tileProgram =
  (
    prepare: readonly Operation[],
    run: readonly Operation[],
    meeting: () => Promise<void>,
    settings: ProgramSettings,
  ): TileProgram =>
  async (tile) => {
    const runner = new Runner(tile, settings)
    for (const operation of prepare) await runner.perform(operation)
    await meeting()
    for (const operation of run) await runner.perform(operation)
    await runner.end()
  }

class Runner {
  readonly #tile: Tile
  readonly #settings: ProgramSettings
  /** Name of the command that was started and not seen to end. */
  #running: string | undefined
  /** Offsets of messages that were fetched and not used yet, by endpoint; and the offset that was used last. */
  readonly #fetched = new Map<number, number>()
  #used = 0

  constructor(tile: Tile, settings: ProgramSettings) {
    this.#tile = tile
    this.#settings = settings
  }

  async perform(operation: Operation): Promise<void> {
    const tile = this.#tile
    switch (operation.kind) {
      case 'endpoint':
        for (const word of [2, 1, 0] as const)
          await tile.writeRegister(endpointRegister(operation.ep, word), operation.words[word])
        return
      case 'command':
        await this.#command(operation)
        return
      case 'receive':
        return this.#receive(operation.ep, operation.tries)
      case 'write':
        await tile.writeRegister(operation.offset, operation.value, operation.enables)
        // it may have started a command
        if (operation.offset >> 3 === registers.COMMAND >> 3) this.#running = mixed
        return
      case 'read':
        await tile.readRegister(operation.offset)
        return
      case 'wait':
        return tile.wait(operation.cycles)
      case 'poke':
        tile.writeMemory(operation.address, new Uint8Array(operation.bytes).fill(operation.value))
        return
      case 'print':
        await tile.writeRegister(printBufferRegister(operation.word), operation.text)
        await tile.writeRegister(registers.PRINT, operation.bytes)
        await this.#poll('PRINT', registers.PRINT, (value) => value === 0n)
        return
      case 'remoteWrite':
        await this.#remoteWrite(operation)
        return
      case 'external':
        return this.#external(operation)
    }
  }

  /** Waits for the command that was started, if one was; the name of its error. */
  async end(): Promise<string | undefined> {
    const name = this.#running
    if (name === undefined) return undefined
    const value =
      name === mixed
        ? await this.#endOfMixed()
        : await this.#poll(name, registers.COMMAND, (word) => field(command, 'op', word) === opcodes.idle)
    this.#running = undefined
    const error = errorName(field(command, 'error', value))
    this.#settings.events.command(name, error)
    return error
  }

  /** COMMAND may hold anything while a command runs or does not: TCU_STATUS tells (TCU sections 2.4, 2.5). */
  async #endOfMixed(): Promise<bigint> {
    await this.#poll(mixed, registers.TCU_STATUS, (status) => ((status >> 16n) & 0xffn) === 0n)
    return this.#tile.readRegister(registers.COMMAND)
  }

  async #command(operation: CommandOperation): Promise<string | undefined> {
    const tile = this.#tile
    const { op, ep, address, size, arg1, until } = operation
    if (this.#running !== undefined && until !== 'never') await this.end()
    if (operation.arg0 === 'fetched' && !this.#fetched.has(ep)) {
      if (await this.#unread(ep, fetchTries)) await this.#receive(ep, 1)
      if (!this.#fetched.has(ep)) return undefined
    }
    const arg0 = this.#argument(operation)
    await tile.writeRegister(registers.DATA_ADDR, address)
    await tile.writeRegister(registers.DATA_SIZE, size)
    await tile.writeRegister(registers.ARG1, arg1)
    await tile.writeRegister(registers.COMMAND, encode(command, { reserved: 0, arg0, error: 0, ep, op }))
    this.#running = this.#running === undefined ? opcodeName(op) : mixed
    return until === 'end' ? this.end() : undefined
  }

  #argument({ arg0, ep }: CommandOperation): number {
    if (typeof arg0 === 'number') return arg0
    if (arg0 === 'fetched') {
      this.#used = this.#fetched.get(ep) ?? this.#used
      this.#fetched.delete(ep)
    }
    return this.#used
  }

  /** Looks at the unread messages of an endpoint until there is one, at most `tries` times. */
  async #unread(ep: number, tries: number): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      if ((await this.#tile.readRegister(endpointRegister(ep, 2))) >> 32n !== 0n) return true
      if (attempt >= tries) return false
      await this.#tile.wait(receiveGap)
    }
  }

  /** Fetches a message, after having waited for one. */
  async #receive(ep: number, tries: number): Promise<void> {
    const fetch = { kind: 'command', op: opcodes.fetch, ep, arg0: 0, address: 0n, size: 0n, arg1: 0n } as const
    if (tries > 1) await this.#unread(ep, tries - 1)
    if ((await this.#command({ ...fetch, until: 'end' })) !== 'NONE') return
    const offset = await this.#tile.readRegister(registers.ARG1)
    if (offset === noMessage) this.#settings.events.nothingFetched()
    else this.#fetched.set(ep, Number(BigInt.asUintN(32, offset)))
  }

  async #remoteWrite({ ep, offset, value, buffer, bytes }: RemoteWriteOperation): Promise<string | undefined> {
    if (this.#running !== undefined) await this.end()
    const data = new Uint8Array(8)
    new DataView(data.buffer).setBigUint64(0, value, true)
    this.#tile.writeMemory(buffer, data.subarray(0, Math.min(bytes, 8)))
    const [address, size, arg1] = [BigInt(buffer), BigInt(bytes), BigInt(offset)]
    return this.#command({ kind: 'command', op: opcodes.write, ep, arg0: 0, address, size, arg1, until: 'end' })
  }

  async #external({ ep, value, buffer }: ExternalOperation): Promise<void> {
    const offset = registers.EXT_CMD
    const error = await this.#remoteWrite({ kind: 'remoteWrite', ep, offset, value, buffer, bytes: 8 })
    if (error !== 'NONE') return
    const [address, arg1] = [BigInt(buffer), BigInt(offset)]
    const read = { kind: 'command', op: opcodes.read, ep, arg0: 0, address, size: 8n, arg1, until: 'end' } as const
    // The endpoint may lead elsewhere, and both tiles may give each other commands: the end at rest tells about all of them.
    for (let attempt = 0; attempt < externalTries; attempt++) {
      if ((await this.#command(read)) !== 'NONE') return
      const bytes = this.#tile.readMemory(buffer, 8)
      const result = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
      if (field(externalCommand, 'op', result) !== 0) continue
      const name = field(externalCommand, 'op', value) === externalOpcodes.invalidateEndpoint ? 'INV_EP' : 'unknown'
      this.#settings.events.external(name, errorName(field(externalCommand, 'error', result)))
      return
    }
  }

  /** Reads a register until it is as wanted. */
  async #poll(what: string, offset: number, ended: (value: bigint) => boolean): Promise<bigint> {
    const { limitCycles, nanosecondsPerCycle, pollGap } = this.#settings
    const started = await this.#tile.readRegister(registers.CUR_TIME)
    for (let polls = 1; ; polls++) {
      const value = await this.#tile.readRegister(offset)
      if (ended(value)) return value
      if (polls % pollsPerLook === 0) {
        const now = await this.#tile.readRegister(registers.CUR_TIME)
        if (Number(now - started) / nanosecondsPerCycle > limitCycles) throw new LivenessError(what, limitCycles)
      }
      const gap = polls < hotPolls ? pollGap : restCycles
      if (gap > 0) await this.#tile.wait(gap)
    }
  }
}
