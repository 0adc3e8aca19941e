// A port in a test bench's hands: reading settles the design first, writing checks the value.

import type { Slot } from '#engine'
import { type Plain, type Shape, decode, encode } from '#layout'
import { SimulateError } from './error.ts'
import { valueMistake } from './value-mistake.ts'
import { readWords, writeWords } from './words.ts'

/** What a handle needs of its simulator. */
export interface HandleHost {
  readonly memory: ArrayBuffer
  /** Makes outputs follow the inputs. */
  follow(): void
  /** An input has another value. */
  changed(): void
}

/** One signal of a port, and where its bits are in the port's. */
export interface Leaf {
  readonly slot: Slot
  readonly lsb: number
}

/** Handles of both directions: the types tell users which members are there for whom. */
export class Handle<S extends Shape = Shape> {
  readonly kind: 'input' | 'output'
  readonly name: string
  readonly shape: S
  readonly #leaves: readonly Leaf[]
  readonly #host: HandleHost
  readonly #words: BigUint64Array
  /** For ports of one number of up to 32 bits. */
  readonly #number: { readonly at: number; readonly bits: number; readonly signed: boolean } | undefined
  readonly #numbers: Uint32Array
  readonly #parts: () => unknown

  constructor(
    name: string,
    shape: S,
    kind: 'input' | 'output',
    leaves: readonly Leaf[],
    host: HandleHost,
    parts: () => unknown,
  ) {
    this.kind = kind
    this.name = name
    this.shape = shape
    this.#leaves = leaves
    this.#host = host
    this.#words = new BigUint64Array(host.memory)
    this.#numbers = new Uint32Array(host.memory)
    this.#parts = parts
    const isNumber = (shape.kind === 'uint' || shape.kind === 'sint') && shape.bits <= 32
    this.#number = isNumber
      ? { at: (leaves[0]?.slot.offset ?? 0) >>> 2, bits: shape.bits, signed: shape.kind === 'sint' }
      : undefined
  }

  get value(): Plain<S> {
    this.#host.follow()
    const number = this.#number
    if (number !== undefined) {
      const value = this.#numbers[number.at] as number
      const spare = 32 - number.bits
      return (number.signed ? (value << spare) >> spare : value) as Plain<S>
    }
    try {
      return decode(this.shape, this.#read())
    } catch (error) {
      throw new SimulateError({ code: 'SIM-0302', title: `\`${this.name}\` has no value: ${(error as Error).message}` })
    }
  }

  set value(value: Plain<S>) {
    if (this.kind === 'output') {
      throw new SimulateError({
        code: 'SIM-0303',
        title: `\`${this.name}\` is an output and cannot be set`,
        help: 'set the inputs that it depends on',
      })
    }
    const mistake = valueMistake(this.shape, value, this.name)
    if (mistake !== undefined) throw new SimulateError({ code: 'SIM-0301', ...mistake })
    this.#host.changed()
    if (this.#number !== undefined) {
      const { at, bits } = this.#number
      this.#numbers[at] = bits === 32 ? Number(value) : Number(value) & (2 ** bits - 1)
      return
    }
    const bits = encode(this.shape, value)
    for (const { slot, lsb } of this.#leaves) writeWords(this.#words, slot.offset, slot.bits, bits >> BigInt(lsb))
  }

  get bits(): bigint {
    this.#host.follow()
    return this.#read()
  }

  get parts(): unknown {
    return this.#parts()
  }

  #read(): bigint {
    let bits = 0n
    for (const { slot, lsb } of this.#leaves) bits |= readWords(this.#words, slot.offset, slot.bits) << BigInt(lsb)
    return bits
  }
}
