/** An open file as programs use it. Source: services section 2.6. */
import { concatenated } from '../library/concatenated.ts'
import { WindowLost } from './protocol.ts'
import type { FileInfo, FileProtocol } from './protocol.ts'

/**
 * Reads and writes at a position. What was written is part of the file after `flush`, `close`, or when the next window
 * begins.
 *
 * All methods reject with CallError: the server's code, or the TCU's when the window was taken away and is not to be had again.
 */
export class File {
  readonly #protocol: FileProtocol
  /** Position of the window in the file, and in the window; services section 9, item 1, wants it apart from offsets. */
  #start = 0
  #used = 0
  #offset = 0
  #length = 0
  #writing = false

  constructor(protocol: FileProtocol) {
    this.#protocol = protocol
  }

  /** Bytes in front of the next one that is read or written. */
  get position(): number {
    return this.#start + this.#used
  }

  /** Up to `bytes` bytes, fewer at the end of a window, none at the end of the file. */
  async read(bytes: number): Promise<Uint8Array> {
    if (bytes === 0) return new Uint8Array()
    return this.#withWindow(async () => {
      await this.flush()
      if (this.#used === this.#length) await this.#next('in')
      const amount = Math.min(bytes, this.#length - this.#used)
      if (amount === 0) return new Uint8Array()
      const data = await this.#protocol.read(this.#offset + this.#used, amount)
      this.#used += amount
      return data
    })
  }

  /** Everything from the position to the end of the file, or `bytes` bytes of it. */
  async readAll(bytes = Infinity): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for (let left = bytes; left > 0;) {
      const part = await this.read(Math.min(left, largestRead))
      if (part.length === 0) break
      parts.push(part)
      left -= part.length
    }
    return concatenated(parts)
  }

  /** Writes all bytes. */
  async write(data: Uint8Array): Promise<void> {
    for (let done = 0; done < data.length;)
      done += await this.#withWindow(async () => {
        if (this.#used === this.#length) await this.#next('out')
        const amount = Math.min(data.length - done, this.#length - this.#used)
        await this.#protocol.write(this.#offset + this.#used, data.subarray(done, done + amount))
        this.#used += amount
        this.#writing = true
        return amount
      })
  }

  /** Makes what was written part of the file. */
  async flush(): Promise<void> {
    if (!this.#writing || this.#used === 0) return
    await this.#protocol.commit(this.#used)
    this.#forget(this.position)
  }

  /** Has the server write back everything that waits. */
  async sync(): Promise<void> {
    await this.flush()
    await this.#protocol.sync()
  }

  /** Moves the position, at most to the end of the file; gives where it is then. */
  async seek(offset: number, from: 'start' | 'current' | 'end' = 'start'): Promise<number> {
    await this.flush()
    if (from === 'end') {
      const { extent, offset: inExtent } = await this.#protocol.seek(0, 2)
      this.#forget(extent + inExtent)
      return offset === 0 ? this.position : this.seek(Math.max(0, this.position + offset))
    }
    const target = Math.max(0, from === 'current' ? this.position + offset : offset)
    if (target >= this.#start && target < this.#start + this.#length) this.#used = target - this.#start
    else await this.#moveTo(target)
    return this.position
  }

  /** Shortens the file to `size` bytes. */
  async truncate(size: number): Promise<void> {
    await this.flush()
    const { extent, offset } = await this.#protocol.truncate(size)
    this.#forget(extent + offset)
  }

  stat(): Promise<FileInfo> {
    return this.#protocol.stat()
  }

  /** The path inside its file system. */
  path(): Promise<string> {
    return this.#protocol.path()
  }

  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.#protocol.close()
    }
  }

  async #next(direction: 'in' | 'out'): Promise<void> {
    const next = this.#protocol[direction === 'in' ? 'nextIn' : 'nextOut']()
    // Whatever the answer is, the request has committed the window that is used up.
    this.#forget(this.position)
    const { offset, length } = await next
    this.#offset = offset
    this.#length = length
  }

  async #moveTo(target: number): Promise<void> {
    const { extent, offset } = await this.#protocol.seek(target, 0)
    this.#forget(extent + offset)
  }

  #forget(position: number): void {
    this.#start = position
    this.#used = 0
    this.#length = 0
    this.#writing = false
  }

  /** A server may take windows away: then asks once more from where the file was. Services section 9, item 3. */
  async #withWindow<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (reason) {
      if (!(reason instanceof WindowLost)) throw reason
      const { position } = this
      const uncommitted = this.#writing
      await this.#moveTo(position)
      if (uncommitted && this.position !== position) throw reason.reason
    }
    try {
      return await action()
    } catch (reason) {
      throw reason instanceof WindowLost ? reason.reason : reason
    }
  }
}

/** Bytes that one read asks for when all are wanted. */
const largestRead = 1 << 20
