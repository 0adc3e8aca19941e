/** Plain values to bits and back. */
import { caseOf } from './one-of.ts'
import type { Plain, Shape, StructShape } from './shape.ts'

const mask = (bits: number): bigint => (1n << BigInt(bits)) - 1n

/**
 * Packs a plain value into bits.
 *
 * Rejects: RangeError, naming the field, when a number does not fit or a case or variant does not exist.
 */
export const encode = <S extends Shape>(shape: S, value: Plain<S>): bigint => pack(shape, value, '')

const pack = (shape: Shape, value: unknown, where: string): bigint => {
  switch (shape.kind) {
    case 'uint': {
      const number = BigInt(value as number | bigint)
      if (number < 0n || number > mask(shape.bits))
        throw new RangeError(`${where || 'the value'} is ${number}, which does not fit ${shape.bits} bits`)
      return number
    }
    case 'sint': {
      const number = BigInt(value as number | bigint)
      if (BigInt.asIntN(shape.bits, number) !== number)
        throw new RangeError(`${where || 'the value'} is ${number}, which does not fit ${shape.bits} signed bits`)
      return number & mask(shape.bits)
    }
    case 'oneOf': {
      const code = shape.codes[value as string]
      if (code === undefined)
        throw new RangeError(`${where || 'the value'} is '${String(value)}', not one of ${shape.cases.join(', ')}`)
      return BigInt(code)
    }
    case 'struct': {
      let bits = 0n
      for (const [name, field] of Object.entries((shape as StructShape).fields)) {
        const part = (value as Record<string, unknown>)[name]
        if (part === undefined) throw new RangeError(`${where ? `${where}.` : ''}${name} is missing`)
        bits = (bits << BigInt(field.bits)) | pack(field, part, where ? `${where}.${name}` : name)
      }
      return bits
    }
    case 'array': {
      const elements = value as readonly unknown[]
      const { element, length } = shape
      if (elements.length !== length)
        throw new RangeError(`${where || 'the array'} has ${elements.length} elements, not ${length}`)
      return elements.reduceRight<bigint>(
        (bits, part, index) => (bits << BigInt(element.bits)) | pack(element, part, `${where}[${index}]`),
        0n,
      )
    }
    case 'union': {
      const { kind, value: payload } = value as { readonly kind: string; readonly value?: unknown }
      const tag = pack(shape.tag, kind, where ? `${where}.kind` : 'kind') << BigInt(shape.payloadBits)
      const variant = shape.variants[kind]
      if (variant === undefined || variant.kind === 'none') return tag
      const inside = where ? `${where}.value` : 'value'
      if (payload === undefined) throw new RangeError(`${inside} is missing`)
      return tag | pack(variant, payload, inside)
    }
  }
}

/**
 * Unpacks bits into a plain value; bits above the shape are ignored.
 *
 * Rejects: RangeError when a `oneOf` field holds a code that no case has, or a union a tag that no variant has. The bits
 * of a union above its payload are ignored.
 */
export const decode = <S extends Shape>(shape: S, bits: bigint): Plain<S> =>
  unpack(shape, bits & mask(shape.bits)) as Plain<S>

const unpack = (shape: Shape, bits: bigint): unknown => {
  switch (shape.kind) {
    case 'uint':
      return shape.bits <= 32 ? Number(bits) : bits
    case 'sint': {
      const number = BigInt.asIntN(shape.bits, bits)
      return shape.bits <= 32 ? Number(number) : number
    }
    case 'oneOf': {
      const found = caseOf(shape, bits)
      if (found === undefined) throw new RangeError(`code ${bits} is none of ${shape.cases.join(', ')}`)
      return found
    }
    case 'struct':
      return Object.fromEntries(
        Object.entries(shape.fields).map(([name, field]) => [
          name,
          unpack(field, (bits >> BigInt(shape.lsb[name] as number)) & mask(field.bits)),
        ]),
      )
    case 'array':
      return Array.from({ length: shape.length }, (_, index) =>
        unpack(shape.element, (bits >> BigInt(index * shape.element.bits)) & mask(shape.element.bits)),
      )
    case 'union': {
      const code = bits >> BigInt(shape.payloadBits)
      const kind = caseOf(shape.tag, code)
      if (kind === undefined) throw new RangeError(`tag ${code} is none of ${shape.tag.cases.join(', ')}`)
      const variant = shape.variants[kind]
      if (variant === undefined || variant.kind === 'none') return { kind }
      return { kind, value: unpack(variant, bits & mask(variant.bits)) }
    }
  }
}

/** Reads one field out of packed bits without decoding the rest. */
export const field = <F extends { readonly [name: string]: Shape }, Name extends keyof F & string>(
  shape: StructShape<F>,
  name: Name,
  bits: bigint,
): Plain<F[Name]> => decode<F[Name]>(shape.fields[name], bits >> BigInt(shape.lsb[name]))

/** Replaces one field in packed bits. */
export const withField = <F extends { readonly [name: string]: Shape }, Name extends keyof F & string>(
  shape: StructShape<F>,
  name: Name,
  bits: bigint,
  value: Plain<F[Name]>,
): bigint => {
  const part = shape.fields[name] as F[Name]
  const at = BigInt(shape.lsb[name])
  return (bits & ~(mask(part.bits) << at)) | (encode(part, value) << at)
}
