/** What operators take: values of a recipe, brought to the width and sign that they want. */
import type { Clock, Ref } from './recipe.ts'
import { literalBits, numberText, type Value, valueOf } from './value.ts'

const firsts = 50
const lasts = 50
const nearest = 8

/** The value that a reference stands for. `bits`: of a literal. */
export const resolve = (pool: readonly Value[], { at, k }: Ref, clock: Clock, bits = 8): Value => {
  const fitting = pool.filter((value) => value.clock === clock)
  const fromStart = fitting[at % Math.max(1, fitting.length)]
  if (at < firsts && fromStart !== undefined) return fromStart
  const fromEnd = fitting[fitting.length - 1 - ((at - firsts) % Math.min(nearest, Math.max(1, fitting.length)))]
  if (at < firsts + lasts && fromEnd !== undefined) return fromEnd
  return valueOf('unsigned', bits, clock, [`literal(${bits}, ${numberText(literalBits(k, bits))})`], { declared: true })
}

/** For conditions, which are seldom constant. */
export const noLiteral = ({ at, k }: Ref): Ref => ({ at: at % (firsts + lasts), k })

export const unsigned = (value: Value): Value =>
  value.sign === 'unsigned' ? value : valueOf('unsigned', value.bits, value.clock, [value, '.unsigned()'])

export const signed = (value: Value): Value =>
  value.sign === 'signed' ? value : valueOf('signed', value.bits, value.clock, [value, '.signed()'])

/** The value in so many bits: the lowest, or those from somewhere on; or extended. */
export const fitted = (value: Value, bits: number, k = 0): Value => {
  const { sign, clock } = value
  if (value.bits === bits) return value
  if (value.bits < bits) return valueOf(sign, bits, clock, [value, `.extend(${bits})`])
  const lsb = k % (value.bits - bits + 1)
  if (lsb === 0) return valueOf(sign, bits, clock, [value, `.truncate(${bits})`])
  const part = valueOf('unsigned', bits, clock, [value, `.slice(${lsb}, ${bits})`])
  return sign === 'signed' ? signed(part) : part
}

/** A literal operand of the given width and sign, as plain number. */
export const plainNumber = (k: number, bits: number, sign: Value['sign']): string => {
  const value = literalBits(k, bits)
  return numberText(sign === 'signed' ? BigInt.asIntN(bits, value) : value)
}

/** How an operator gets at its operands. */
export class Operands {
  readonly clock: Clock
  readonly n: number
  readonly #pool: readonly Value[]
  readonly #refs: readonly Ref[]

  constructor(pool: readonly Value[], refs: readonly Ref[], clock: Clock, n: number) {
    this.#pool = pool
    this.#refs = refs
    this.clock = clock
    this.n = n
  }

  k(index: number): number {
    return this.#ref(index).k
  }

  unsigned(index: number, mostBits = 200): Value {
    const value = unsigned(resolve(this.#pool, this.#ref(index), this.clock))
    return value.bits > mostBits ? fitted(value, mostBits, this.k(index)) : value
  }

  signed(index: number, mostBits = 200): Value {
    const value = signed(resolve(this.#pool, this.#ref(index), this.clock))
    return value.bits > mostBits ? fitted(value, mostBits, this.k(index)) : value
  }

  /** A value of one width and sign. */
  fitting(index: number, bits: number, sign: Value['sign']): Value {
    const found = resolve(this.#pool, this.#ref(index), this.clock, bits)
    return fitted(sign === 'signed' ? signed(found) : unsigned(found), bits, this.k(index))
  }

  /** The same, or a plain number. */
  like(index: number, { bits, sign }: Value): Value | string {
    if (this.#ref(index).at < firsts + lasts) return this.fitting(index, bits, sign)
    return plainNumber(this.k(index), bits, sign)
  }

  /** One bit of a value. */
  bit(index: number): Value {
    const value = unsigned(resolve(this.#pool, noLiteral(this.#ref(index)), this.clock, 1))
    if (value.bits === 1) return value
    const k = this.k(index)
    if (k % 5 === 4) return valueOf('unsigned', 1, this.clock, [value, '.any()'])
    return valueOf('unsigned', 1, this.clock, [value, `.bit(${k % value.bits})`])
  }

  #ref(index: number): Ref {
    return this.#refs[index % this.#refs.length] ?? { at: 0, k: 0 }
  }
}
