/** Messages as sequences of 64-bit little-endian words. Source: kernel section 0.5. */

const mask64 = (1n << 64n) - 1n
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A message that ends too early or holds a value that does not exist. */
export class Malformed extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'Malformed'
  }
}

/** Appends values to a message. */
export class WordWriter {
  readonly #parts: Uint8Array[] = []

  /** Appends an integer, signed values sign-extended. */
  word(value: number | bigint): this {
    const part = new Uint8Array(8)
    new DataView(part.buffer).setBigUint64(0, BigInt(value) & mask64, true)
    this.#parts.push(part)
    return this
  }

  /** Appends an optional integer: all ones when absent. */
  optional(value: number | bigint | undefined): this {
    return this.word(value ?? mask64)
  }

  /** Appends a string with its length and a NUL. */
  text(value: string): this {
    const bytes = encoder.encode(value)
    return this.bytes(Uint8Array.of(...bytes, 0))
  }

  /** Appends a byte array with its length, padded to whole words. */
  bytes(value: Uint8Array): this {
    this.word(value.length)
    const part = new Uint8Array(Math.ceil(value.length / 8) * 8)
    part.set(value)
    this.#parts.push(part)
    return this
  }

  finish(): Uint8Array {
    const message = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of this.#parts) {
      message.set(part, at)
      at += part.length
    }
    return message
  }
}

/**
 * Reads values out of a message; words behind the last value read are nobody's concern.
 *
 * Rejects: Malformed when the message is too short or a value does not exist.
 */
export class WordReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at
  }

  /** Bytes left. */
  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  word(): bigint {
    if (this.#at + 8 > this.#bytes.length) throw new Malformed('the message ends in front of a word')
    this.#at += 8
    return this.#view.getBigUint64(this.#at - 8, true)
  }

  optional(): bigint | undefined {
    const value = this.word()
    return value === mask64 ? undefined : value
  }

  text(): string {
    const bytes = this.bytes()
    if (bytes.length === 0 || bytes[bytes.length - 1] !== 0) throw new Malformed('a string ends without NUL')
    try {
      return decoder.decode(bytes.subarray(0, -1))
    } catch {
      throw new Malformed('a string is not UTF-8')
    }
  }

  bytes(): Uint8Array {
    const length = this.word()
    const left = this.#bytes.length - this.#at
    if (length > BigInt(left)) throw new Malformed('the message ends inside a byte array')
    const padded = Math.ceil(Number(length) / 8) * 8
    if (padded > left) throw new Malformed('the message ends inside the padding of a byte array')
    const bytes = this.#bytes.slice(this.#at, this.#at + Number(length))
    this.#at += padded
    return bytes
  }
}
