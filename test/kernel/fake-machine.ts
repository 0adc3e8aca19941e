/** A kernel tile whose TCU reaches user tiles that are nothing but endpoint registers: enough to watch the kernel. */
import {
  command,
  decode,
  encode,
  endpointCount,
  endpointRegister,
  endpointTypes,
  externalCommand,
  field,
  invalidateArgument,
  memoryWord0,
  memoryOffset,
  opcodes,
  receiveWord2,
  registers,
  registerWindow,
  sendWord0,
} from '#layout'
import type { Tile } from '#model'

const noMessage = (1n << 64n) - 1n

/** Registers of one user tile. */
export class FakeTile {
  readonly #words = new Map<number, bigint>()
  readonly descriptor = (64n << 28n) | (16n << 11n)

  read(offset: number): bigint {
    return this.#words.get(offset) ?? 0n
  }

  write(offset: number, value: bigint): void {
    this.#words.set(offset, offset === registers.EXT_CMD ? this.#external(value) : value)
  }

  word(ep: number, index: number): bigint {
    return this.read(endpointRegister(ep, index))
  }

  /** Type of each endpoint that is valid. */
  validEndpoints(): readonly number[] {
    return Array.from({ length: endpointCount }, (_, ep) => ep).filter((ep) => (this.word(ep, 0) & 7n) !== 0n)
  }

  #external(value: bigint): bigint {
    const { ep, force } = decode(invalidateArgument, decode(externalCommand, value).arg)
    const [word0, word2] = [this.word(ep, 0), this.word(ep, 2)]
    const { type, credits, maxCredits } = decode(sendWord0, word0)
    const done = (error: number, arg: bigint): bigint => encode(externalCommand, { arg, error, op: 0 })
    if (type === endpointTypes.send && force === 0 && credits !== maxCredits) return done(10, 0n)
    this.write(endpointRegister(ep, 0), word0 & ~7n)
    const unread = type === endpointTypes.receive && force === 0 ? field(receiveWord2, 'unread', word2) : 0
    return done(0, BigInt(unread))
  }
}

/** The kernel's tile. Messages to it do not exist; those it sends are counted. */
export class FakeMachine implements Tile {
  readonly id = 0x06
  readonly memory = { base: memoryOffset, bytes: 256 * 1024 }
  readonly tiles: ReadonlyMap<number, FakeTile>
  readonly #registers = new Map<number, bigint>()
  readonly #bytes = new Uint8Array(this.memory.bytes)
  sent = 0
  replies: Uint8Array[] = []

  constructor(tiles: readonly number[]) {
    this.tiles = new Map(tiles.map((id) => [id, new FakeTile()]))
  }

  async readRegister(offset: number): Promise<bigint> {
    return this.#registers.get(offset) ?? 0n
  }

  async writeRegister(offset: number, value: bigint): Promise<void> {
    this.#registers.set(offset, value)
    if (offset === registers.COMMAND) this.#command(decode(command, value))
  }

  readMemory(address: number, bytes: number): Uint8Array {
    return this.#bytes.slice(address - memoryOffset, address - memoryOffset + bytes)
  }

  writeMemory(address: number, data: Uint8Array): void {
    this.#bytes.set(data, address - memoryOffset)
  }

  wait(): Promise<void> {
    return Promise.resolve()
  }

  waitForInterrupt(): Promise<'limit'> {
    return Promise.resolve('limit')
  }

  random(): number {
    return 0
  }

  #command({ op, ep }: { readonly op: number; readonly ep: number }): void {
    this.#registers.set(registers.COMMAND, 0n)
    const at = (offset: number): bigint => this.#registers.get(offset) ?? 0n
    if (op === opcodes.fetch) this.#registers.set(registers.ARG1, noMessage)
    if (op === opcodes.send) this.sent++
    const [address, size] = [Number(at(registers.DATA_ADDR)), Number(at(registers.DATA_SIZE))]
    if (op === opcodes.reply) this.replies.push(this.readMemory(address, size))
    if (op !== opcodes.read && op !== opcodes.write) return
    const { chip, tile } = decode(memoryWord0, at(endpointRegister(ep, 0)))
    const target = this.tiles.get((chip << 8) | tile)
    const offset = Number(at(endpointRegister(ep, 1)) + at(registers.ARG1)) - registerWindow
    if (target === undefined || offset < 0) return
    const view = new DataView(this.#bytes.buffer)
    if (op === opcodes.write) target.write(offset, view.getBigUint64(address - memoryOffset, true))
    else view.setBigUint64(address - memoryOffset, target.read(offset), true)
  }
}
