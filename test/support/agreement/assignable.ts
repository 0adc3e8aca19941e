/** What may be assigned to a value of a shape, as text. */
import type { OneOfShape, Shape } from '#edsl'
import { fitted, plainNumber, resolve, signed, unsigned } from './operands.ts'
import type { Clock, Ref } from './recipe.ts'
import { type Text, type Value, valueOf } from './value.ts'

/** References, one after the other, again from the first after the last. */
export class Refs {
  readonly #refs: readonly Ref[]
  #next = 0

  constructor(refs: readonly Ref[]) {
    this.#refs = refs
  }

  next(): Ref {
    return this.#refs[this.#next++ % Math.max(1, this.#refs.length)] ?? { at: 0, k: 0 }
  }
}

const list = (parts: readonly Text[]): Text => parts.flatMap((part, index) => (index === 0 ? part : [', ', ...part]))

/** What is there for assignments: values, and references to them. */
export interface Source {
  readonly pool: readonly Value[]
  readonly refs: Refs
  readonly clock: Clock
}

/** Out of values that are there: numbers, now and then a case, a record, a variant. */
export const assignable = (shape: Shape, source: Source): Text => {
  const { pool, refs, clock } = source
  switch (shape.kind) {
    case 'uint':
    case 'sint': {
      const ref = refs.next()
      const sign = shape.kind === 'sint' ? 'signed' : 'unsigned'
      if (ref.at >= 100) return [plainNumber(ref.k, shape.bits, sign)]
      const found = resolve(pool, ref, clock, shape.bits)
      return [fitted(sign === 'signed' ? signed(found) : unsigned(found), shape.bits, ref.k)]
    }
    case 'oneOf': {
      const ref = refs.next()
      if (ref.k % 3 === 0) return [`'${shape.cases[ref.k % shape.cases.length]}'`]
      // any code, also of no case
      const code = fitted(unsigned(resolve(pool, ref, clock, shape.bits)), shape.bits, ref.k)
      return [valueOf('unsigned', shape.bits, clock, [`unpack(${oneOfText(shape)}, `, code, ')'], { declared: true })]
    }
    case 'struct':
      return [
        '{ ',
        ...list(Object.entries(shape.fields).map(([name, field]) => [`${name}: `, ...assignable(field, source)])),
        ' }',
      ]
    case 'array':
      return ['[', ...list(Array.from({ length: shape.length }, () => assignable(shape.element, source))), ']']
    case 'union': {
      const names = Object.keys(shape.variants)
      const name = names[refs.next().k % names.length] ?? ''
      const variant = shape.variants[name]
      if (variant === undefined || variant.kind === 'none') return [`{ kind: '${name}' }`]
      return [`{ kind: '${name}', value: `, ...assignable(variant, source), ' }']
    }
  }
}

/** The same without hardware. */
export const constantText = (shape: Shape, k: number): string => {
  switch (shape.kind) {
    case 'uint':
      return plainNumber(k, shape.bits, 'unsigned')
    case 'sint':
      return plainNumber(k, shape.bits, 'signed')
    case 'oneOf':
      return `'${shape.cases[k % shape.cases.length]}'`
    case 'struct':
      return `{ ${Object.entries(shape.fields)
        .map(([name, field], index) => `${name}: ${constantText(field, k === 0 ? 0 : k + index)}`)
        .join(', ')} }`
    case 'array':
      return `[${Array.from({ length: shape.length }, (_, index) => constantText(shape.element, k === 0 ? 0 : k + index)).join(', ')}]`
    case 'union': {
      const names = Object.keys(shape.variants)
      const name = names[k % names.length] ?? ''
      const variant = shape.variants[name]
      return variant === undefined || variant.kind === 'none'
        ? `{ kind: '${name}' }`
        : `{ kind: '${name}', value: ${constantText(variant, k)} }`
    }
  }
}

const oneOfText = ({ codes, bits }: OneOfShape): string =>
  `oneOf({ ${Object.entries(codes)
    .map(([name, code]) => `${name}: ${code}`)
    .join(', ')} }, ${bits})`
