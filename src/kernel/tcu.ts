/** The TCU of the own tile, as software drives it. Source: TCU 2.0.1 sections 2.6 and 4. */
import {
  command,
  encode,
  endpointRegister,
  errorCodes,
  field,
  messageHeader,
  messageHeaderBytes,
  noEndpoint,
  opcodes,
  printBufferRegister,
  receiveWord2,
  registers,
} from '#layout'
import type { Tile } from '#model'

/** Cycles between two looks at a running command. */
const commandPollCycles = 4
/** Bytes that one PRINT takes. TCU section 4.9. */
const printBytes = 255

const noMessage = (1n << 64n) - 1n

/** A message in a receive buffer. TCU section 4.8. */
export interface Message {
  /** Byte offset in the receive buffer, which REPLY and ACK_MSG want. */
  readonly offset: number
  readonly label: bigint
  /** NoC id of the sender's tile, as its TCU stamped it. */
  readonly sender: number
  readonly payload: Uint8Array
}

/** Commands of one TCU. Every method that returns a number returns the TCU's error code, 0 for success. */
export class Tcu {
  readonly tile: Tile

  constructor(tile: Tile) {
    this.tile = tile
  }

  /** Runs one command with the data registers as they are. */
  async command(op: number, ep: number, arg0 = 0): Promise<number> {
    const { COMMAND } = registers
    await this.tile.writeRegister(COMMAND, encode(command, { reserved: 0, arg0, error: 0, ep, op }))
    for (;;) {
      const value = await this.tile.readRegister(COMMAND)
      if ((value & 0xfn) === 0n) return field(command, 'error', value)
      await this.tile.wait(commandPollCycles)
    }
  }

  /** Sends `bytes` bytes at `address`, with a reply to `replyEp` carrying `replyLabel`. TCU section 4.3. */
  async send(ep: number, address: number, bytes: number, replyEp = noEndpoint, replyLabel = 0n): Promise<number> {
    await this.#data(address, bytes)
    await this.tile.writeRegister(registers.ARG1, replyLabel)
    return this.command(opcodes.send, ep, replyEp)
  }

  /** Answers the message at `offset`. TCU section 4.4. */
  async reply(ep: number, offset: number, address: number, bytes: number): Promise<number> {
    await this.#data(address, bytes)
    return this.command(opcodes.reply, ep, offset)
  }

  /** Copies from `offset` of a memory endpoint to local memory. TCU section 4.2. */
  async read(ep: number, offset: number | bigint, address: number, bytes: number): Promise<number> {
    await this.#data(address, bytes)
    await this.tile.writeRegister(registers.ARG1, BigInt(offset))
    return this.command(opcodes.read, ep)
  }

  /** Copies local memory to `offset` of a memory endpoint. TCU section 4.2. */
  async write(ep: number, offset: number | bigint, address: number, bytes: number): Promise<number> {
    await this.#data(address, bytes)
    await this.tile.writeRegister(registers.ARG1, BigInt(offset))
    return this.command(opcodes.write, ep)
  }

  /** Unread slots of a receive endpoint, one bit each: one register access, so a cheap question. */
  async unread(ep: number): Promise<number> {
    return field(receiveWord2, 'unread', await this.tile.readRegister(endpointRegister(ep, 2)))
  }

  /** Occupied slots of a receive endpoint. */
  async occupied(ep: number): Promise<number> {
    return field(receiveWord2, 'occupied', await this.tile.readRegister(endpointRegister(ep, 2)))
  }

  /** Fetches the next message of a receive endpoint with its buffer at `buffer`, if there is one. TCU section 4.5. */
  async fetch(ep: number, buffer: number): Promise<Message | undefined> {
    if ((await this.command(opcodes.fetch, ep)) !== errorCodes.NONE) return undefined
    const offset = await this.tile.readRegister(registers.ARG1)
    return offset === noMessage ? undefined : this.message(buffer, Number(offset))
  }

  /** The message in the slot at `offset`, fetched or not. */
  message(buffer: number, offset: number): Message {
    const bytes = this.tile.readMemory(buffer + offset, messageHeaderBytes)
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const header = view.getBigUint64(0, true)
    return {
      offset,
      label: view.getBigUint64(16, true),
      sender: (field(messageHeader, 'chip', header) << 8) | field(messageHeader, 'tile', header),
      payload: this.tile.readMemory(buffer + offset + messageHeaderBytes, field(messageHeader, 'length', header)),
    }
  }

  /** Frees a slot without an answer. TCU section 4.6. */
  acknowledge(ep: number, offset: number): Promise<number> {
    return this.command(opcodes.acknowledge, ep, offset)
  }

  /** Prints text on the serial line, in pieces of at most 255 bytes; returns when the last has left. TCU section 4.9. */
  print(text: string): Promise<void> {
    return this.printBytes(new TextEncoder().encode(text))
  }

  /** The same, of bytes as they are. */
  async printBytes(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += printBytes) await this.#print(bytes.subarray(at, at + printBytes))
  }

  async #print(bytes: Uint8Array): Promise<void> {
    const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8)
    padded.set(bytes)
    const view = new DataView(padded.buffer)
    for (let index = 0; index < padded.length / 8; index++)
      await this.tile.writeRegister(printBufferRegister(index), view.getBigUint64(8 * index, true))
    await this.tile.writeRegister(registers.PRINT, BigInt(bytes.length))
    while ((await this.tile.readRegister(registers.PRINT)) !== 0n) await this.tile.wait(commandPollCycles)
  }

  async #data(address: number, bytes: number): Promise<void> {
    await this.tile.writeRegister(registers.DATA_ADDR, BigInt(address))
    await this.tile.writeRegister(registers.DATA_SIZE, BigInt(bytes))
  }
}
