// The words of a memory in a test bench's hands.

import type { Engine } from '#engine'
import { type Plain, type Shape, decode, encode } from '#layout'
import { SimulateError } from './error.ts'
import { valueMistake } from './value-mistake.ts'
import { readWords, writeWords } from './words.ts'

/** A memory of the running design. */
export interface MemoryWords<S extends Shape = Shape> {
  readonly name: string
  /** Number of words. */
  readonly depth: number
  /** Bits of a word. */
  readonly bits: number
  /** Word `address`. */
  read(address: number): Plain<S>
  /** Sets word `address`, at once. */
  write(address: number, value: Plain<S>): void
  /** All words. */
  all(): Plain<S>[]
}

/** What the words of a memory need of their simulator. */
export interface MemoryHost {
  readonly engine: Engine
  /** Makes the design follow its inputs. */
  follow(): void
  /** A word has another value. */
  changed(): void
}

/** A handle on memory `index` of an engine, seen as words of `shape`. */
export const memoryWords = <S extends Shape>(
  host: MemoryHost,
  index: number,
  name: string,
  shape: S,
): MemoryWords<S> => {
  const { engine } = host
  const slot = engine.memories[index]
  if (slot === undefined) throw new RangeError(`there is no memory ${index}`)
  const { bits, depth, offset, stride } = slot
  if (shape.bits !== bits) {
    throw new SimulateError({
      code: 'SIM-0307',
      title: `the words of \`${name}\` have ${bits} bits, the shape has ${shape.bits}`,
    })
  }
  const words = new BigUint64Array(engine.memory)
  const checked = (address: number): number => {
    if (Number.isInteger(address) && address >= 0 && address < depth) return offset + address * stride
    throw new SimulateError({
      code: 'SIM-0307',
      title: `\`${name}\` has no word ${address}`,
      help: `an address from 0 to ${depth - 1}`,
    })
  }
  const load = (first: number, count: number): void => {
    host.follow()
    engine.loadWords?.(index, first, count)
  }
  return {
    name,
    depth,
    bits,
    read: (address) => {
      const at = checked(address)
      load(address, 1)
      return decode(shape, readWords(words, at, bits))
    },
    write: (address, value) => {
      const at = checked(address)
      const mistake = valueMistake(shape, value, `${name}[${address}]`)
      if (mistake !== undefined) throw new SimulateError({ code: 'SIM-0301', ...mistake })
      host.follow()
      writeWords(words, at, bits, encode(shape, value))
      engine.storeWords?.(index, address, 1)
      host.changed()
    },
    all: () => {
      load(0, depth)
      return Array.from({ length: depth }, (_, address) =>
        decode(shape, readWords(words, offset + address * stride, bits)),
      )
    },
  }
}
