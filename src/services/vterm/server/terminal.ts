/** The serial line and the channels that read from it and write to it. Source: services section 6.1. */
import { CallError, codes } from '#kernel'
import { fileEvents, terminalModes } from '../../file/protocol.ts'
import type { FileWindow } from '../../file/protocol.ts'
import type { Context } from '../../runtime/context.ts'
import type { PolledGate } from '../../service/gate-poll.ts'
import type { AnswerLater } from '../../service/service.ts'
import { windowBytes } from '../protocol.ts'
import { LineDiscipline } from './line-discipline.ts'
import type { TerminalChannel } from './sessions.ts'
import type { Windows } from './windows.ts'

/** Gives a client its window, in words. */
export type Grant = (window: FileWindow) => Uint8Array

export class Terminal {
  readonly #context: Context
  readonly #windows: Windows
  readonly #serial: PolledGate | undefined
  readonly #input = new LineDiscipline()
  /** By number. */
  readonly #channels = new Map<number, TerminalChannel>()

  constructor(context: Context, windows: Windows, serial: PolledGate | undefined) {
    this.#context = context
    this.#windows = windows
    this.#serial = serial
  }

  get mode(): number {
    return this.#input.mode
  }

  /** Rejects: CallError InvArgs. */
  setMode(mode: bigint): void {
    if (mode > BigInt(terminalModes.cooked)) throw new CallError(codes.InvArgs, `mode ${mode}`)
    this.#input.mode = Number(mode)
  }

  add(channel: TerminalChannel): void {
    this.#channels.set(channel.id, channel)
  }

  remove(channel: TerminalChannel): void {
    if (this.#channels.get(channel.id) === channel) this.#channels.delete(channel.id)
  }

  /** Prints what the client wrote to its window: all of it, or its first `bytes` bytes. The window is gone. */
  async print(channel: TerminalChannel, bytes: number): Promise<void> {
    channel.granted = 0
    await this.#context.tcu.printBytes(this.#windows.read(channel, bytes))
  }

  /** A window to write to, after what is in the one before is printed. */
  async nextOut(channel: TerminalChannel): Promise<FileWindow> {
    await this.print(channel, channel.granted)
    channel.granted = windowBytes
    channel.notification?.keep(fileEvents.output)
    return { offset: 0, length: windowBytes }
  }

  /** The first bytes of a window were read; the others are input again. */
  giveBack(channel: TerminalChannel, used: number): void {
    const window = this.#windows.read(channel, channel.granted)
    channel.granted = 0
    this.#input.unread(window.subarray(used))
  }

  /** A window with input, when there is some. Rejects: CallError WouldBlock when the client was told there is. */
  nextIn(channel: TerminalChannel, answer: AnswerLater): void {
    channel.granted = 0
    if (!this.#input.isReadable && channel.notification?.isPromised(fileEvents.input) === true)
      throw new CallError(codes.WouldBlock, 'there is no input any more')
    channel.waiting = answer
  }

  /** Gives input to those who wait, in the order of their numbers, and tells the others. */
  async serve(grant: Grant): Promise<void> {
    for (const channel of [...this.#channels.values()].sort((a, b) => a.id - b.id)) {
      const answer = channel.waiting
      if (answer === undefined || !this.#input.isReadable) continue
      channel.waiting = undefined
      const bytes = this.#input.read(windowBytes)
      this.#windows.write(channel, bytes)
      channel.granted = bytes.length
      channel.notification?.keep(fileEvents.input)
      await answer(() => grant({ offset: 0, length: bytes.length }))
    }
    this.#raise(fileEvents.output | (this.#input.isReadable ? fileEvents.input : 0))
  }

  /** Takes what was typed; says whether anything was. */
  async work(grant: Grant): Promise<boolean> {
    const message = await this.#serial?.poll()
    if (message === undefined) return false
    const { echo, signal } = this.#input.type(message.payload)
    if (echo.length > 0) await this.#context.tcu.printBytes(Uint8Array.from(echo))
    await this.#serial?.reply(message, new Uint8Array(8))
    if (signal) this.#raise(fileEvents.signal)
    await this.serve(grant)
    return true
  }

  /** An input channel is told of input, an output channel of space, both of signals. */
  #raise(events: number): void {
    for (const { direction, notification } of this.#channels.values()) {
      const others = direction === 'in' ? fileEvents.output : fileEvents.input
      notification?.raise(events & ~others)
    }
  }
}
