/** Bitmaps of an image: bit i is bit i % 8 of byte i / 8; 1 is in use. Source: services section 3.1. */
import type { BlockBuffer } from './block-buffer.ts'

/** A bitmap by its first block and its number of bits. */
export class Bitmap {
  readonly bits: number
  readonly #buffer: BlockBuffer
  readonly #start: number

  constructor(buffer: BlockBuffer, start: number, bits: number) {
    this.#buffer = buffer
    this.#start = start
    this.bits = bits
  }

  async has(bit: number): Promise<boolean> {
    const bytes = await this.#buffer.read(this.#blockOf(bit))
    return isSet(bytes, bit % this.#bitsPerBlock)
  }

  /** The first clear bit at or behind `from`; undefined when there is none. */
  async firstClear(from: number): Promise<number | undefined> {
    for (let bit = from; bit < this.bits;) {
      const bytes = await this.#buffer.read(this.#blockOf(bit))
      const end = Math.min(this.bits, bit - (bit % this.#bitsPerBlock) + this.#bitsPerBlock)
      while (bit < end) {
        const inBlock = bit % this.#bitsPerBlock
        if (inBlock % 8 === 0 && bytes[inBlock / 8] === 0xff) bit += 8
        else if (isSet(bytes, inBlock)) bit++
        else return bit
      }
    }
    return undefined
  }

  /** How many bits from `from` on are clear, at most `most`. */
  async clearRun(from: number, most: number): Promise<number> {
    const end = Math.min(this.bits, from + most)
    let bit = from
    while (bit < end && !(await this.has(bit))) bit++
    return bit - from
  }

  /** Sets or clears `count` bits; gives how many of them changed. */
  async fill(first: number, count: number, value: 'set' | 'clear'): Promise<number> {
    let changed = 0
    for (let bit = first; bit < first + count;) {
      const block = this.#blockOf(bit)
      const bytes = await this.#buffer.read(block)
      const end = Math.min(first + count, bit - (bit % this.#bitsPerBlock) + this.#bitsPerBlock)
      for (; bit < end; bit++) {
        const inBlock = bit % this.#bitsPerBlock
        if (isSet(bytes, inBlock) === (value === 'set')) continue
        bytes[inBlock >> 3] = (bytes[inBlock >> 3] as number) ^ (1 << (inBlock & 7))
        changed++
      }
      await this.#buffer.write(block, bytes)
    }
    return changed
  }

  get #bitsPerBlock(): number {
    return 8 * this.#buffer.blockBytes
  }

  #blockOf(bit: number): number {
    return this.#start + Math.floor(bit / this.#bitsPerBlock)
  }
}

/** Bit of a bitmap in memory. */
export const isSet = (bytes: Uint8Array, bit: number): boolean => ((bytes[bit >> 3] as number) & (1 << (bit & 7))) !== 0
