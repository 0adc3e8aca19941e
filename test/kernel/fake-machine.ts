/** A kernel tile whose TCU reaches user tiles that are nothing but endpoint registers: enough to watch the kernel. */
import {
  command,
  decode,
  encode,
  endpointCount,
  endpointRegister,
  endpointTypes,
  errorCodes,
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
  sendWord1,
} from '#layout'
import type { Tile } from '#model'

const noMessage = (1n << 64n) - 1n

/** Registers of one user tile. */
export class FakeTile {
  readonly #words = new Map<number, bigint>()
  readonly descriptor = (64n << 28n) | (16n << 11n)

  /** Called before the kernel reads a register. */
  onRead: (offset: number) => void = () => {}

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

/** A request of the kernel, with what an answer has to carry. */
export interface SentMessage {
  readonly tile: number
  readonly ep: number
  readonly label: bigint
  readonly payload: Uint8Array
  readonly replyLabel: bigint
}

/** The kernel's tile. Messages to it do not exist; those it sends are kept. */
export class FakeMachine implements Tile {
  readonly id = 0x06
  readonly memory = { base: memoryOffset, bytes: 256 * 1024 }
  readonly tiles: ReadonlyMap<number, FakeTile>
  readonly #registers = new Map<number, bigint>()
  readonly #bytes = new Uint8Array(this.memory.bytes)
  /** Messages that the kernel sent, those that nobody answered yet. */
  sent: SentMessage[] = []
  /** What CUR_TIME reads, in nanoseconds. */
  time = 0n
  /** Endpoints (`tile:ep`) that have no room for messages. */
  readonly full = new Set<string>()
  replies: Uint8Array[] = []
  /** Called for each reply of the kernel with the offset of the message that it answers. */
  onReply: (offset: number, payload: Uint8Array) => void = () => {}

  constructor(tiles: readonly number[]) {
    this.tiles = new Map(tiles.map((id) => [id, new FakeTile()]))
  }

  async readRegister(offset: number): Promise<bigint> {
    if (offset === registers.CUR_TIME) return this.time
    return this.#registers.get(offset) ?? 0n
  }

  async writeRegister(offset: number, value: bigint): Promise<void> {
    this.#registers.set(offset, value)
    if (offset === registers.COMMAND) this.#command(decode(command, value))
  }

  /** Any register of any tile, without a TCU command. */
  peek(tile: number, offset: number): bigint {
    if (tile === this.id) return offset === registers.CUR_TIME ? this.time : (this.#registers.get(offset) ?? 0n)
    return this.tiles.get(tile)?.read(offset) ?? 0n
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

  #command({ op, ep, arg0 }: { readonly op: number; readonly ep: number; readonly arg0: number }): void {
    this.#registers.set(registers.COMMAND, 0n)
    const at = (offset: number): bigint => this.#registers.get(offset) ?? 0n
    if (op === opcodes.fetch) this.#registers.set(registers.ARG1, noMessage)
    const [address, size] = [Number(at(registers.DATA_ADDR)), Number(at(registers.DATA_SIZE))]
    if (op === opcodes.send) this.#send(ep, this.readMemory(address, size), at(registers.ARG1))
    if (op === opcodes.reply) this.#reply(arg0, this.readMemory(address, size))
    if (op !== opcodes.read && op !== opcodes.write) return
    const { chip, tile } = decode(memoryWord0, at(endpointRegister(ep, 0)))
    const target = this.tiles.get((chip << 8) | tile)
    const offset = Number(at(endpointRegister(ep, 1)) + at(registers.ARG1)) - registerWindow
    if (target === undefined || offset < 0) return
    const view = new DataView(this.#bytes.buffer)
    if (op === opcodes.write) target.write(offset, view.getBigUint64(address - memoryOffset, true))
    else {
      target.onRead(offset)
      view.setBigUint64(address - memoryOffset, target.read(offset), true)
    }
  }

  #reply(offset: number, payload: Uint8Array): void {
    this.replies.push(payload)
    this.onReply(offset, payload)
  }

  #send(ep: number, payload: Uint8Array, replyLabel: bigint): void {
    const word = (index: number): bigint => this.#registers.get(endpointRegister(ep, index)) ?? 0n
    const { chip, tile, ep: target } = decode(sendWord1, word(1))
    const message = { tile: (chip << 8) | tile, ep: target, label: word(2), payload, replyLabel }
    if (!this.full.has(`${message.tile}:${target}`)) this.sent.push(message)
    else
      this.#registers.set(
        registers.COMMAND,
        encode(command, { reserved: 0, arg0: 0, error: errorCodes.RECV_NO_SPACE, ep: 0, op: 0 }),
      )
  }
}
