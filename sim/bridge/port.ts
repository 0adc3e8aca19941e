// Typed handles on ports: a read or a write is an access to the shared block.

import { type PortSlot, SimulationError } from '#sim/build'

/** A port of up to 32 bits. */
export interface NumberPort {
  readonly kind: 'number'
  readonly name: string
  readonly direction: 'input' | 'output'
  readonly bits: number
  /** An output has the value of the last cycle, before its edge; an input is applied from the next cycle on. */
  value: number
}

/** A port of more than 32 bits. */
export interface BigIntPort {
  readonly kind: 'bigint'
  readonly name: string
  readonly direction: 'input' | 'output'
  readonly bits: number
  /** An output has the value of the last cycle, before its edge; an input is applied from the next cycle on. */
  value: bigint
  /** The same in 32-bit words, lowest first, without making a bigint. Write inputs only. */
  readonly words: Uint32Array
}

/** A handle on a port of the top module. */
export type Port = NumberPort | BigIntPort

/** Makes the handle of `slot` on the shared block. */
export function portHandle(slot: PortSlot, block: ArrayBuffer): Port {
  if (slot.bits <= 32) return new SmallPort(slot, new Uint32Array(block, slot.firstWord * 4, 1))
  const words = new Uint32Array(block, slot.firstWord * 4, slot.words)
  const pairs = new BigUint64Array(block, slot.firstWord * 4, Math.ceil(slot.words / 2))
  return new LargePort(slot, words, pairs)
}

class SmallPort implements NumberPort {
  readonly kind = 'number'
  readonly name: string
  readonly direction: 'input' | 'output'
  readonly bits: number
  readonly #words: Uint32Array
  readonly #mask: number

  constructor(slot: PortSlot, words: Uint32Array) {
    this.name = slot.name
    this.direction = slot.direction
    this.bits = slot.bits
    this.#words = words
    this.#mask = slot.bits === 32 ? 0xffff_ffff : 2 ** slot.bits - 1
  }

  get value(): number {
    return this.#words[0] as number
  }

  set value(value: number) {
    if (this.direction === 'output' || (value & this.#mask) >>> 0 !== value) throw cannotWrite(this, value)
    this.#words[0] = value
  }
}

class LargePort implements BigIntPort {
  readonly kind = 'bigint'
  readonly name: string
  readonly direction: 'input' | 'output'
  readonly bits: number
  readonly words: Uint32Array
  readonly #pairs: BigUint64Array

  constructor(slot: PortSlot, words: Uint32Array, pairs: BigUint64Array) {
    this.name = slot.name
    this.direction = slot.direction
    this.bits = slot.bits
    this.words = words
    this.#pairs = pairs
  }

  get value(): bigint {
    const pairs = this.#pairs
    let value = pairs[pairs.length - 1] as bigint
    for (let index = pairs.length - 2; index >= 0; index--) value = (value << 64n) | (pairs[index] as bigint)
    return value
  }

  set value(value: bigint) {
    if (this.direction === 'output' || typeof value !== 'bigint' || BigInt.asUintN(this.bits, value) !== value) {
      throw cannotWrite(this, value)
    }
    // The array keeps the low 64 bits of what it is given.
    for (let index = 0; index < this.#pairs.length; index++) this.#pairs[index] = value >> BigInt(index * 64)
  }
}

function cannotWrite(port: Port, value: number | bigint): SimulationError {
  if (port.direction === 'output') {
    return new SimulationError({ code: 'SIM-0203', title: `port \`${port.name}\` is an output and cannot be written` })
  }
  const range = `0 to ${(1n << BigInt(port.bits)) - 1n}`
  const what = typeof value === 'bigint' ? `${value}n` : String(value)
  return new SimulationError({
    code: 'SIM-0203',
    title: `${what} is not a value of port \`${port.name}\`, which has ${port.bits} bits`,
    help: `a ${port.kind} from ${range}`,
  })
}
