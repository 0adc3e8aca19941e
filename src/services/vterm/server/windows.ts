/** The memory through which clients reach what they read and write: a piece for each channel. Source: services section 6.1. */
import { CallError, codes, pageBytes, selectors, systemCalls } from '#kernel'
import { activate } from '../../library/endpoints.ts'
import type { Context } from '../../runtime/context.ts'
import { windowBytes } from '../protocol.ts'
import type { TerminalChannel } from './sessions.ts'

const readWrite = 3

export class Windows {
  readonly #context: Context
  readonly #memory: number
  readonly #address: number

  private constructor(context: Context, memory: number, address: number) {
    this.#context = context
    this.#memory = memory
    this.#address = address
  }

  /** Memory for channels of sessions 0 to `sessions` - 1. */
  static async create(context: Context, sessions: number): Promise<Windows> {
    const memory = context.selector()
    const size = Math.ceil((sessions * windowBytes) / pageBytes) * pageBytes
    const address = context.allocate(size, pageBytes)
    const request = { dst: memory, act: selectors.activity, address, size, permissions: readWrite }
    await context.calls.call(systemCalls.createMgate, request)
    return new Windows(context, memory, address)
  }

  read({ id }: TerminalChannel, bytes: number): Uint8Array {
    return this.#context.tile.readMemory(this.#address + id * windowBytes, bytes)
  }

  write({ id }: TerminalChannel, bytes: Uint8Array): void {
    this.#context.tile.writeMemory(this.#address + id * windowBytes, bytes)
  }

  /** Lets the client's endpoint show its piece, once. Rejects: CallError InvArgs without endpoint; what the kernel refuses. */
  async show(channel: TerminalChannel): Promise<void> {
    if (channel.gate !== undefined) return
    if (channel.endpoint === undefined) throw new CallError(codes.InvArgs, 'the channel has no endpoint yet')
    const { calls } = this.#context
    const dst = this.#context.selector()
    await calls.call(systemCalls.deriveMem, {
      act: selectors.activity,
      dst,
      src: this.#memory,
      offset: channel.id * windowBytes,
      size: windowBytes,
      permissions: readWrite,
    })
    try {
      await activate(this.#context, { selector: channel.endpoint, ep: 0 }, dst)
    } catch (reason) {
      await calls.revoke(dst)
      throw reason
    }
    channel.gate = dst
  }

  /** Takes the piece away from the client, and forgets its endpoint. */
  async hide(channel: TerminalChannel): Promise<void> {
    const { gate, endpoint } = channel
    channel.gate = undefined
    channel.endpoint = undefined
    for (const selector of [gate, endpoint]) if (selector !== undefined) await this.#context.calls.revoke(selector)
  }
}
