/** A TCU as the logic of an accelerator drives it: registers, commands, messages of words. Source: TCU sections 2.6 and 4. */
import {
  acceleratorEps,
  acceleratorMemory,
  command,
  encode,
  endpointRegister,
  endpointTypes,
  field,
  messageHeader,
  messageHeaderBytes,
  opcodes,
  receiveWord2,
  registers,
  sendWord0,
} from '#layout'
import type { Tile } from '../tile.ts'

/** A message with the words of its payload. */
export interface WordMessage {
  readonly offset: number
  readonly label: bigint
  readonly words: readonly bigint[]
}

const nothingThere = (1n << 64n) - 1n

/** All commands give the TCU's error code. */
export class TcuAccess {
  readonly #tile: Tile
  readonly #message: number
  readonly #receive: number

  /** `message` is where messages are put together, `receive` the receive buffer. */
  constructor(tile: Tile, message: number, receive: number) {
    this.#tile = tile
    this.#message = message
    this.#receive = receive
  }

  async send(ep: number, words: readonly bigint[], label: number): Promise<number> {
    return this.#sendFrom(this.#message, ep, words, BigInt(label), acceleratorEps.receive)
  }

  /** The last system call, which nobody answers. */
  async systemCall(words: readonly bigint[]): Promise<number> {
    const scratch = this.#tile.memory.base + acceleratorMemory.systemCall
    return this.#sendFrom(scratch, acceleratorEps.systemCall, words, 0n, acceleratorEps.systemCallReply)
  }

  async reply(ep: number, offset: number, words: readonly bigint[]): Promise<number> {
    await this.#data(this.#message, this.#put(this.#message, words))
    return this.#command(opcodes.reply, ep, offset)
  }

  acknowledge(ep: number, offset: number): Promise<number> {
    return this.#command(opcodes.acknowledge, ep, offset)
  }

  async read(ep: number, offset: number, address: number, bytes: number): Promise<number> {
    await this.#data(address, bytes)
    await this.#tile.writeRegister(registers.ARG1, BigInt(offset))
    return this.#command(opcodes.read, ep, 0)
  }

  async write(ep: number, offset: number, address: number, bytes: number): Promise<number> {
    await this.#data(address, bytes)
    await this.#tile.writeRegister(registers.ARG1, BigInt(offset))
    return this.#command(opcodes.write, ep, 0)
  }

  /** The next message of a receive endpoint, if there is one. */
  async fetch(ep: number): Promise<WordMessage | undefined> {
    const unread = field(receiveWord2, 'unread', await this.#tile.readRegister(endpointRegister(ep, 2)))
    if (unread === 0) return undefined
    if ((await this.#command(opcodes.fetch, ep, 0)) !== 0) return undefined
    const offset = await this.#tile.readRegister(registers.ARG1)
    if (offset === nothingThere) return undefined
    const base = ep === acceleratorEps.receive ? this.#receive : this.#tile.memory.base + acceleratorMemory.sideCalls
    const header = numberIn(this.#tile.readMemory(base + Number(offset), messageHeaderBytes))
    const length = field(messageHeader, 'length', header)
    const payload = this.#tile.readMemory(base + Number(offset) + messageHeaderBytes, length - (length % 8))
    const words = Array.from({ length: payload.length / 8 }, (_, index) =>
      numberIn(payload.subarray(8 * index, 8 * index + 8)),
    )
    return { offset: Number(offset), label: field(messageHeader, 'label', header), words }
  }

  /** Whether requests can still be sent through an endpoint. */
  async canSend(ep: number): Promise<boolean> {
    const type = field(sendWord0, 'type', await this.#tile.readRegister(endpointRegister(ep, 0)))
    return type === endpointTypes.send
  }

  async #sendFrom(
    scratch: number,
    ep: number,
    words: readonly bigint[],
    label: bigint,
    replyEp: number,
  ): Promise<number> {
    await this.#data(scratch, this.#put(scratch, words))
    await this.#tile.writeRegister(registers.ARG1, label)
    return this.#command(opcodes.send, ep, replyEp)
  }

  /** Writes words into local memory; gives how many bytes they are. */
  #put(address: number, words: readonly bigint[]): number {
    this.#tile.writeMemory(address, new Uint8Array(BigUint64Array.from(words).buffer))
    return 8 * words.length
  }

  async #data(address: number, bytes: number): Promise<void> {
    await this.#tile.writeRegister(registers.DATA_ADDR, BigInt(address))
    await this.#tile.writeRegister(registers.DATA_SIZE, BigInt(bytes))
  }

  async #command(op: number, ep: number, arg0: number): Promise<number> {
    await this.#tile.writeRegister(registers.COMMAND, encode(command, { reserved: 0, arg0, error: 0, ep, op }))
    for (;;) {
      const state = await this.#tile.readRegister(registers.COMMAND)
      if (field(command, 'op', state) === opcodes.idle) return field(command, 'error', state)
    }
  }
}

const numberIn = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
