/** One stream through an accelerator: from a file or a neighbour, to a file or a neighbour. Source: services section 6.7.2. */
import { acceleratorEps, acceleratorLabels, acceleratorMemory, errorCodes } from '#layout'
import type { AcceleratorLogic } from '#layout'
import type { Tile } from '../tile.ts'
import { streamLogic } from './logic.ts'
import type { TcuAccess, WordMessage } from './tcu-access.ts'

/** The stream cannot go on; the code is what the activity exits with. */
class StreamFailed extends Error {
  readonly code: number

  constructor(code: number) {
    super(`the stream failed with ${code}`)
    this.code = code
  }
}

/** Requests of the file protocol. Services section 2.2. */
const requests = Object.freeze({ nextIn: 2n, nextOut: 3n, commit: 4n })
/** What the activity exits with when an answer was an error or made no sense. Kernel section 5, EndOfFile. */
const badAnswer = 42
const allOnes = (1n << 64n) - 1n
const largest = 1n << 32n

/** Cycles between two looks for messages while nothing else is to be done. */
const lookCycles = 8
/** Cycles that the logic takes for 16 bytes. */
const cyclesPerLine: Readonly<Record<AcceleratorLogic, number>> = { copy: 2, rot13: 2, sha3: 6, fft: 54 }

interface Window {
  offset: number
  position: number
  length: number
}

const noWindow = (): Window => ({ offset: 0, position: 0, length: 0 })

/** Lets the accelerator answer the kernel; rejects when the stream is not to go on. */
export type ServeKernel = () => Promise<void>

export class Stream {
  readonly #tile: Tile
  readonly #tcu: TcuAccess
  readonly #serveKernel: ServeKernel
  readonly #kind: AcceleratorLogic
  readonly #bufferBytes: number
  readonly #buffer: number
  readonly #results: number
  #in: Window = noWindow()
  #out: Window = noWindow()
  /** The predecessor may write the buffer, or has done so. */
  #inAvailable = false
  /** The successor's buffer is full, and it was not told. */
  #outAvailable = false
  /** The predecessor has told of what is in the buffer. */
  #reported = false
  #inRequest: WordMessage | undefined
  #outRequest: WordMessage | undefined
  #awaits: 'in' | 'out' | undefined
  #answer: readonly bigint[] | undefined
  #commitLength: number | undefined
  #seenEnd = false

  constructor(
    tile: Tile,
    tcu: TcuAccess,
    facts: { readonly logic: AcceleratorLogic; readonly bufferBytes: number },
    serveKernel: ServeKernel,
  ) {
    this.#tile = tile
    this.#tcu = tcu
    this.#serveKernel = serveKernel
    this.#kind = facts.logic
    this.#bufferBytes = facts.bufferBytes
    this.#buffer = tile.memory.base + acceleratorMemory.buffer
    this.#results = this.#buffer + facts.bufferBytes + acceleratorMemory.message
  }

  /** Runs to the end of the stream; gives the code for the exit. */
  async run(): Promise<number> {
    const logic = streamLogic[this.#kind]()
    try {
      for (;;) {
        const bytes = await this.#next()
        if (bytes === 0) break
        const made = logic.take(this.#tile.readMemory(this.#buffer, bytes))
        await this.#compute(bytes)
        await this.#give(made)
        if (this.#in.position === this.#in.length) this.#inAvailable = false
      }
      await this.#give(logic.end())
      return await this.#finish(0)
    } catch (reason) {
      if (!(reason instanceof StreamFailed)) throw reason
      await this.#dropRequests()
      return reason.code
    }
  }

  /** Gets bytes into the buffer; 0 at the end of the stream. */
  async #next(): Promise<number> {
    for (;;) {
      await this.#serve()
      if (this.#in.position < this.#in.length) return this.#fetchData()
      if (this.#seenEnd) return 0
      if (this.#commitLength !== undefined) {
        this.#in = { offset: 0, position: 0, length: this.#commitLength }
        this.#seenEnd = true
        continue
      }
      await this.#askForInput()
    }
  }

  async #fetchData(): Promise<number> {
    const { offset, position, length } = this.#in
    const bytes = Math.min(this.#bufferBytes, length - position)
    const error = await this.#tcu.read(acceleratorEps.inMemory, offset + position, this.#buffer, bytes)
    // Without a memory endpoint the data are in the buffer already, if the predecessor got it.
    const inBuffer = this.#inAvailable && offset === 0 && position === 0 && length <= this.#bufferBytes
    if (error !== errorCodes.NONE && !(error === errorCodes.NO_MEP && inBuffer)) throw new StreamFailed(error)
    this.#in.position += bytes
    return bytes
  }

  async #askForInput(): Promise<void> {
    const { inSend } = acceleratorEps
    const error = await this.#tcu.send(inSend, [requests.nextIn, 0n, 0n], acceleratorLabels.inReply)
    if (error === errorCodes.RECV_NO_SPACE) return
    if (error !== errorCodes.NONE) {
      // Who has gone may have told its last before.
      await this.#serve()
      if (this.#commitLength === undefined)
        throw new StreamFailed(error === errorCodes.RECV_GONE ? errorCodes.NO_SEP : error)
      return
    }
    const answer = await this.#wait('in', inSend)
    if (answer === undefined) return
    const window = windowIn(answer)
    if (window === undefined) {
      await this.#finish(badAnswer)
      throw new StreamFailed(badAnswer)
    }
    this.#in = window
    this.#reported = true
    if (window.length === 0) this.#seenEnd = true
  }

  /** Waits for the answer to an own request; undefined when the predecessor's commit makes it needless. */
  async #wait(what: 'in' | 'out', ep: number): Promise<readonly bigint[] | undefined> {
    this.#awaits = what
    this.#answer = undefined
    try {
      for (;;) {
        const open = await this.#tcu.canSend(ep)
        await this.#serve()
        if (this.#answer !== undefined) return this.#answer
        if (what === 'in' && this.#commitLength !== undefined) return undefined
        if (!open) throw new StreamFailed(errorCodes.NO_SEP)
        await this.#tile.wait(lookCycles)
      }
    } finally {
      this.#awaits = undefined
    }
  }

  /** Takes the time that the logic takes, and serves messages meanwhile. */
  async #compute(bytes: number): Promise<void> {
    const least = 64
    for (let left = Math.ceil(bytes / 16) * cyclesPerLine[this.#kind]; left > 0; left -= least) {
      await this.#tile.wait(Math.min(left, least))
      await this.#serve()
    }
  }

  /** Writes what the logic made. */
  async #give(made: Uint8Array): Promise<void> {
    if (made.length === 0) return
    this.#tile.writeMemory(this.#results, made)
    for (let done = 0; done < made.length;) {
      await this.#serve()
      if (this.#out.position === this.#out.length) {
        await this.#askForOutput()
        continue
      }
      const { offset, position, length } = this.#out
      const bytes = Math.min(made.length - done, length - position)
      const error = await this.#tcu.write(acceleratorEps.outMemory, offset + position, this.#results + done, bytes)
      if (error !== errorCodes.NONE) throw new StreamFailed(error)
      this.#out.position += bytes
      done += bytes
      if (this.#out.position === this.#out.length) this.#outAvailable = true
    }
  }

  async #askForOutput(): Promise<void> {
    const { outSend } = acceleratorEps
    const error = await this.#tcu.send(outSend, [requests.nextOut, 0n, 0n], acceleratorLabels.outReply)
    if (error === errorCodes.RECV_NO_SPACE) return
    if (error !== errorCodes.NONE) throw new StreamFailed(error)
    const window = windowIn((await this.#wait('out', outSend)) ?? [])
    if (window === undefined || window.length === 0) throw new StreamFailed(badAnswer)
    this.#out = window
  }

  /** Tells the other end how much counts of the last window. */
  async #finish(code: number): Promise<number> {
    const count = this.#out.position === 0 ? allOnes : BigInt(this.#out.position)
    let error: number
    do {
      await this.#serve()
      error = await this.#tcu.send(acceleratorEps.outSend, [requests.commit, 0n, count], acceleratorLabels.outReply)
    } while (error === errorCodes.RECV_NO_SPACE)
    await this.#dropRequests()
    return code === 0 ? error : code
  }

  async #dropRequests(): Promise<void> {
    for (const request of [this.#inRequest, this.#outRequest])
      if (request !== undefined) await this.#tcu.acknowledge(acceleratorEps.receive, request.offset)
    this.#inRequest = undefined
    this.#outRequest = undefined
  }

  /** Takes all messages that are there, and answers whom it can. */
  async #serve(): Promise<void> {
    await this.#serveKernel()
    for (;;) {
      const message = await this.#tcu.fetch(acceleratorEps.receive)
      if (message === undefined) break
      // Whoever sends too much cannot keep the kernel's calls away.
      await this.#serveKernel()
      if (!this.#take(message)) await this.#tcu.acknowledge(acceleratorEps.receive, message.offset)
    }
    if (this.#inRequest !== undefined && this.#outAvailable) {
      const request = this.#inRequest
      this.#inRequest = undefined
      if (await this.#reply(request, this.#out.length)) this.#outAvailable = false
    }
    if (this.#outRequest !== undefined && !this.#inAvailable) {
      const request = this.#outRequest
      this.#outRequest = undefined
      if (await this.#reply(request, this.#bufferBytes)) {
        this.#inAvailable = true
        this.#reported = false
      }
    }
  }

  /** Whether the message is kept, because it is answered later. */
  #take(message: WordMessage): boolean {
    switch (Number(message.label)) {
      case acceleratorLabels.inRequest:
        if (this.#inRequest !== undefined) return false
        this.#inRequest = message
        return true
      case acceleratorLabels.outRequest:
        this.#noteCommit(message)
        if (this.#outRequest !== undefined) return false
        this.#outRequest = message
        return true
      case acceleratorLabels.inReply:
        if (this.#awaits === 'in') this.#answer = message.words
        return false
      case acceleratorLabels.outReply:
        if (this.#awaits === 'out') this.#answer = message.words
        return false
      default:
        return false
    }
  }

  #noteCommit({ words: [operation, , count] }: WordMessage): void {
    if (operation !== requests.commit || count === undefined || this.#seenEnd || this.#commitLength !== undefined)
      return
    // Bytes count that were written into a buffer that was given, and only if nobody told of them before.
    const counts = this.#inAvailable && !this.#reported && count <= BigInt(this.#bufferBytes)
    this.#commitLength = counts ? Number(count) : 0
  }

  async #reply(request: WordMessage, length: number): Promise<boolean> {
    const error = await this.#tcu.reply(acceleratorEps.receive, request.offset, [0n, 0n, BigInt(length)])
    if (error !== errorCodes.NONE) await this.#tcu.acknowledge(acceleratorEps.receive, request.offset)
    return error === errorCodes.NONE
  }
}

/** The window that an answer gives; undefined when it is an error or makes no sense. */
const windowIn = ([error, offset, length]: readonly bigint[]): Window | undefined => {
  if (error !== 0n || offset === undefined || length === undefined) return undefined
  if (offset >= largest || length >= largest) return undefined
  return { offset: Number(offset), position: 0, length: Number(length) }
}
