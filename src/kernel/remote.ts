/** Everything that the kernel does to another tile. Source: kernel section 3.3. */
import {
  command,
  decode,
  encode,
  endpointCount,
  endpointRegister,
  endpointTypes,
  errorCodes,
  externalCommand,
  externalOpcodes,
  features,
  field,
  invalidateArgument,
  opcodes,
  receiveWord0,
  receiveWord2,
  registers,
  registerWindow,
  sendWord0,
  sendWord1,
  unlimitedCredits,
  withField,
} from '#layout'
import { memoryEndpoint, sendEndpoint } from './endpoint-words.ts'
import type { EndpointWords } from './endpoint-words.ts'
import { CallError } from './errors.ts'
import { kernelEps, kernelMemory, maxReceiveSlots, pageBytes } from './numbers.ts'
import type { Tcu } from './tcu.ts'

const word = (bytes: Uint8Array): bigint => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)

/** Looks at a command that is about to end; one takes longer than a flit through the network. */
const sendLooks = 32

/** A reply endpoint that a TCU installed: where the reply goes, and which send endpoint gets the credit. */
interface ReplyEndpoint {
  readonly ep: number
  readonly creditEp: number
  readonly target: { readonly tile: number; readonly ep: number }
}

/** Remote accesses through the kernel's scratch endpoint, which is rewritten before every use. */
export class Remote {
  readonly #tcu: Tcu

  constructor(tcu: Tcu) {
    this.#tcu = tcu
  }

  /** Writes one of the kernel tile's own endpoints. */
  async configureOwn(ep: number, words: EndpointWords): Promise<void> {
    const { tile } = this.#tcu
    await tile.writeRegister(endpointRegister(ep, 1), words[1])
    await tile.writeRegister(endpointRegister(ep, 2), words[2])
    await tile.writeRegister(endpointRegister(ep, 0), words[0])
  }

  /** Writes memory of a tile, in pieces of at most a page. */
  async write(tile: number, address: bigint, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return
    await this.#point(tile, address, bytes.length)
    for (let at = 0; at < bytes.length; at += pageBytes) {
      const piece = bytes.subarray(at, at + pageBytes)
      this.#tcu.tile.writeMemory(kernelMemory.scratch, piece)
      expectSuccess(await this.#tcu.write(kernelEps.scratch, at, kernelMemory.scratch, piece.length), 'write', tile)
    }
  }

  /** Reads memory of a tile. */
  async read(tile: number, address: bigint, bytes: number): Promise<Uint8Array> {
    const result = new Uint8Array(bytes)
    if (bytes > 0) await this.#point(tile, address, bytes)
    for (let at = 0; at < bytes; at += pageBytes) {
      const piece = Math.min(pageBytes, bytes - at)
      expectSuccess(await this.#tcu.read(kernelEps.scratch, at, kernelMemory.scratch, piece), 'read', tile)
      result.set(this.#tcu.tile.readMemory(kernelMemory.scratch, piece), at)
    }
    return result
  }

  /** Writes one register of a tile. */
  async writeRegister(tile: number, offset: number, value: bigint): Promise<void> {
    await this.#point(tile, BigInt(registerWindow + offset), 8)
    await this.#store(0, value, tile)
  }

  /** Reads one register of a tile. */
  async readRegister(tile: number, offset: number): Promise<bigint> {
    await this.#point(tile, BigInt(registerWindow + offset), 8)
    return this.#load(0, tile)
  }

  /** Configures an endpoint that is invalid: the word with the type goes last, so that no mixture is ever valid. */
  async configure(tile: number, ep: number, words: EndpointWords): Promise<void> {
    await this.#point(tile, BigInt(registerWindow + endpointRegister(ep, 0)), 24)
    await this.#store(8, words[1], tile)
    await this.#store(16, words[2], tile)
    await this.#store(0, words[0], tile)
  }

  /** Invalidates an endpoint; returns the TCU's error and the unread mask of a receive endpoint. TCU section 6.3. */
  async invalidate(tile: number, ep: number, force: boolean): Promise<{ error: number; unread: number }> {
    const argument = encode(invalidateArgument, { unused: 0n, force: force ? 1 : 0, ep })
    const { invalidateEndpoint } = externalOpcodes
    await this.writeRegister(
      tile,
      registers.EXT_CMD,
      encode(externalCommand, {
        arg: argument,
        error: 0,
        op: invalidateEndpoint,
      }),
    )
    for (;;) {
      const { op, error, arg } = decode(externalCommand, await this.#load(0, tile))
      if (op === externalOpcodes.idle) return { error, unread: Number(arg & 0xffff_ffffn) }
    }
  }

  /**
   * Waits until a SEND through an endpoint that was just invalidated has ended: only then its message is where the reply
   * endpoints are looked for (TCU section 4.10, A7). Software that keeps trying is waited for no longer than a message takes.
   */
  async awaitSend(tile: number, ep: number): Promise<void> {
    for (let look = 0; look < sendLooks; look++) {
      const running = decode(command, await this.readRegister(tile, registers.COMMAND))
      if (running.op !== opcodes.send || running.ep !== ep) return
    }
  }

  /**
   * Invalidates the one-shot reply endpoints at a receiver that belong to the sender (`tile`, `ep`), so that no reply and
   * no credit can reach a channel that was torn down. Kernel section 3.3, item 6.
   */
  async invalidateReplies(
    receiver: { readonly tile: number; readonly ep: number },
    sender: { readonly tile: number; readonly ep: number },
  ): Promise<void> {
    for (const { ep, creditEp, target } of await this.#replyEndpoints(receiver))
      if (creditEp === sender.ep && target.tile === sender.tile) await this.invalidate(receiver.tile, ep, true)
  }

  /** Takes the privilege from a tile and makes sure that it is gone. Kernel section 3.3, item 8. */
  async deprivilege(tile: number): Promise<void> {
    const before = await this.readRegister(tile, registers.FEATURES)
    if (field(features, 'kernel', before) === 0) return
    await this.writeRegister(tile, registers.FEATURES, withField(features, 'kernel', before, 0))
    if (field(features, 'kernel', await this.readRegister(tile, registers.FEATURES)) !== 0)
      throw new Error(`tile ${tile.toString(16)} keeps its privilege`)
  }

  /**
   * Invalidates the one-shot reply endpoint at a receive endpoint that leads to this endpoint with this label, if there is
   * one, so that a request of the kernel that was given up can be answered no more.
   */
  async withdraw(
    receiver: { readonly tile: number; readonly ep: number },
    reply: { readonly tile: number; readonly ep: number; readonly label: bigint },
  ): Promise<void> {
    for (const each of await this.#replyEndpoints(receiver)) {
      const leadsBack = each.target.tile === reply.tile && each.target.ep === reply.ep
      if (leadsBack && (await this.#endpointWord(receiver.tile, each.ep, 2)) === reply.label)
        await this.invalidate(receiver.tile, each.ep, true)
    }
  }

  /** Sends a message with `label`; the reply arrives at the kernel under `replyLabel`. */
  async send(
    { tile, ep }: { readonly tile: number; readonly ep: number },
    message: Uint8Array,
    label: bigint,
    replyLabel: bigint,
  ): Promise<number> {
    const gate = { tile, ep, label, messageOrder: 8, credits: unlimitedCredits }
    await this.configureOwn(kernelEps.scratch, sendEndpoint(gate))
    this.#tcu.tile.writeMemory(kernelMemory.messages, message)
    const { messages } = kernelMemory
    return this.#tcu.send(kernelEps.scratch, messages, message.length, kernelEps.replies, replyLabel)
  }

  /** The one-shot reply endpoints of a receive endpoint that are valid. TCU section 3.7. */
  async #replyEndpoints({
    tile,
    ep,
  }: {
    readonly tile: number
    readonly ep: number
  }): Promise<readonly ReplyEndpoint[]> {
    const word0 = await this.#endpointWord(tile, ep, 0)
    if (field(receiveWord0, 'type', word0) !== endpointTypes.receive) return []
    const occupied = field(receiveWord2, 'occupied', await this.#endpointWord(tile, ep, 2))
    const first = field(receiveWord0, 'replyEps', word0)
    const found: ReplyEndpoint[] = []
    for (let slot = 0; slot < maxReceiveSlots && first + slot < endpointCount; slot++) {
      if (((occupied >>> slot) & 1) === 0) continue
      const { type, reply, creditEp } = decode(sendWord0, await this.#endpointWord(tile, first + slot, 0))
      if (type !== endpointTypes.send || reply !== 1) continue
      const target = decode(sendWord1, await this.#endpointWord(tile, first + slot, 1))
      found.push({
        ep: first + slot,
        creditEp,
        target: { tile: (target.chip << 8) | target.tile, ep: target.ep },
      })
    }
    return found
  }

  #endpointWord(tile: number, ep: number, index: number): Promise<bigint> {
    return this.readRegister(tile, endpointRegister(ep, index))
  }

  /** Points the scratch endpoint at a range of a tile. */
  #point(tile: number, address: bigint, bytes: number): Promise<void> {
    const gate = { tile, offset: address, size: BigInt(bytes), permissions: 3 }
    return this.configureOwn(kernelEps.scratch, memoryEndpoint(gate))
  }

  async #store(offset: number, value: bigint, tile: number): Promise<void> {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setBigUint64(0, value, true)
    this.#tcu.tile.writeMemory(kernelMemory.scratch, bytes)
    expectSuccess(await this.#tcu.write(kernelEps.scratch, offset, kernelMemory.scratch, 8), 'write', tile)
  }

  async #load(offset: number, tile: number): Promise<bigint> {
    expectSuccess(await this.#tcu.read(kernelEps.scratch, offset, kernelMemory.scratch, 8), 'read', tile)
    return word(this.#tcu.tile.readMemory(kernelMemory.scratch, 8))
  }
}

const expectSuccess = (error: number, what: string, tile: number): void => {
  if (error !== errorCodes.NONE) throw new CallError(error, `${what} on tile 0x${tile.toString(16)}`)
}
