/** Bits as people read them. */
import { caseOf } from './one-of.ts'
import type { NoneShape, Shape } from './shape.ts'

/**
 * The text of bits of a shape, for waveforms and messages: `{op: read, address: 0x40}`, `[1, 2]`, `write {data: 0}`.
 * Unsigned numbers from 10 on are hexadecimal, signed ones decimal. Bits that mean nothing are shown as `?` with their
 * code; bits above the shape are ignored.
 */
export const show = (shape: Shape | NoneShape, bits: bigint): string => {
  const value = BigInt.asUintN(shape.bits, bits)
  switch (shape.kind) {
    case 'none':
      return ''
    case 'uint':
      return value < 10n ? String(value) : `0x${value.toString(16)}`
    case 'sint':
      return String(BigInt.asIntN(shape.bits, value))
    case 'oneOf':
      return caseOf(shape, value) ?? `?${value}`
    case 'struct':
      return `{${Object.entries(shape.fields)
        .map(([name, field]) => `${name}: ${show(field, value >> BigInt(shape.lsb[name] as number))}`)
        .join(', ')}}`
    case 'array':
      return `[${Array.from({ length: shape.length }, (_, index) =>
        show(shape.element, value >> BigInt(index * shape.element.bits)),
      ).join(', ')}]`
    case 'union': {
      const code = value >> BigInt(shape.payloadBits)
      const name = caseOf(shape.tag, code)
      const variant = name === undefined ? undefined : shape.variants[name]
      if (name === undefined || variant === undefined) return `?${code}`
      return variant.kind === 'none' ? name : `${name} ${show(variant, value)}`
    }
  }
}
