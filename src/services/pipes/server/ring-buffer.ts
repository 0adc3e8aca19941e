/** Where the bytes of a pipe lie in its memory; the bytes themselves are elsewhere. Source: services section 4.1. */

/** A part of the memory, in bytes. */
export interface Part {
  readonly offset: number
  readonly length: number
}

/**
 * A ring that keeps every part in one piece: what does not fit in front of the end starts at 0 again, and `#last` says where the
 * bytes in front of it end.
 */
export class RingBuffer {
  /** Bytes of the memory. */
  readonly size: number
  #read = 0
  #write = 0
  #last: number

  constructor(size: number) {
    this.size = size
    this.#last = size
  }

  get isEmpty(): boolean {
    return this.#read === this.#write
  }

  /** Where `bytes` bytes can be written in one piece. */
  freePart(bytes: number): Part | undefined {
    const [read, write] = [this.#read, this.#write]
    if (write < read) return read - write > bytes ? { offset: write, length: bytes } : undefined
    if (this.size - write >= bytes) return { offset: write, length: bytes }
    return read > bytes ? { offset: 0, length: bytes } : undefined
  }

  /** Up to `bytes` bytes that can be read in one piece. */
  filledPart(bytes: number): Part | undefined {
    if (this.isEmpty) return undefined
    const offset = this.#read === this.#last ? 0 : this.#read
    const end = this.#write > offset ? this.#write : Math.min(this.size, this.#last)
    return { offset, length: Math.min(end - offset, bytes) }
  }

  /** Adds the first `used` bytes of a free part of `granted` bytes. */
  push(granted: number, used: number): void {
    const [read, write] = [this.#read, this.#write]
    if (write < read) {
      if (read - write > granted) this.#write += used
    } else if (this.size - write >= granted) {
      this.#write += used
    } else if (read > granted && used > 0) {
      this.#last = write
      this.#write = used
    }
  }

  /** Takes away the first `used` bytes of a filled part. */
  pull(used: number): void {
    if (this.#read === this.#last) {
      this.#read = 0
      this.#last = this.size
    }
    this.#read += used
  }
}
