/** A module's local memory: bytes at `[base, base + bytes)`, accessed by the TCU in lines of 16 bytes. TCU section 7.3. */
import { lineBytes } from '#layout'

export class LocalMemory {
  readonly base: number
  readonly bytes: Uint8Array
  readonly #words: BigUint64Array

  constructor(base: number, size: number) {
    this.base = base
    this.bytes = new Uint8Array(size)
    this.#words = new BigUint64Array(this.bytes.buffer)
  }

  /** Whether a range lies inside, computed without wrap-around. */
  holds(address: number, size: number): boolean {
    return address >= this.base && address + size <= this.base + this.bytes.length
  }

  /** The line at `address`, byte 0 least significant. */
  loadLine(address: number): bigint {
    const word = (address - this.base) >>> 3
    return ((this.#words[word + 1] as bigint) << 64n) | (this.#words[word] as bigint)
  }

  /** Copies bytes in. */
  write(address: number, data: Uint8Array): void {
    this.#check(address, data.length)
    this.bytes.set(data, address - this.base)
  }

  /** Copies bytes out. */
  read(address: number, size: number): Uint8Array {
    this.#check(address, size)
    return this.bytes.slice(address - this.base, address - this.base + size)
  }

  #check(address: number, size: number): void {
    if (!Number.isInteger(address) || !Number.isInteger(size) || size < 0 || !this.holds(address, size))
      throw new RangeError(
        `${size} bytes at 0x${address.toString(16)} are not inside the memory of ${this.bytes.length} bytes at ` +
          `0x${this.base.toString(16)}`,
      )
  }
}

/** The line that an address lies in. */
export const lineOf = (address: number): number => address - (address % lineBytes)
