/** One value of several, chosen by hardware. */
import type { OneOfShape, UnionShape } from '#layout'
import type { Expression, Origin } from '#ir'
import { joined, literalOf, muxed, selected } from './expressions.ts'
import { codeOf, OneOf } from './one-of.ts'
import { isNumber, operandOf, unsignedOf } from './operand.ts'
import { capture, partOf } from './origin.ts'
import { SInt, type SignedOperand } from './sint.ts'
import { Union } from './union.ts'
import { type Bit, type Operand, UInt } from './value.ts'

/** `whenTrue` where the condition is 1, else `whenFalse`; for values of any shape. */
export function mux<N extends number>(condition: Bit, whenTrue: UInt<N>, whenFalse: Operand<NoInfer<N>>): UInt<N>
export function mux<N extends number>(condition: Bit, whenTrue: SInt<N>, whenFalse: SignedOperand<NoInfer<N>>): SInt<N>
export function mux<Case extends string>(
  condition: Bit,
  whenTrue: OneOf<Case>,
  whenFalse: OneOf<NoInfer<Case>> | NoInfer<Case>,
): OneOf<Case>
export function mux<V extends object>(condition: Bit, whenTrue: V, whenFalse: NoInfer<V>): V
export function mux(condition: Bit, whenTrue: unknown, whenFalse: unknown): unknown {
  return combine([whenTrue, whenFalse], 'mux', ([yes, no], origin) =>
    muxed(condition.expression, yes as Expression, no as Expression, origin),
  )
}

/**
 * The element that `index` names, of values of any shape. All its bits are 0 when `index` names none; an index of any
 * width, unsigned.
 */
export const pick = <V>(values: readonly V[], index: UInt): V => {
  const at = unsignedOf(index, 'an index')
  return combine(values, 'pick', (leaves, origin) =>
    selected(joined([...leaves].reverse()), at, leaves[0]?.bits ?? 1, origin),
  ) as V
}

/** Combines values of one shape leaf by leaf; each leaf has the place of the call, and its name with the way to the leaf. */
const combine = (
  values: readonly unknown[],
  name: string,
  each: (leaves: readonly Expression[], origin: Origin) => Expression,
): unknown => {
  const origin = capture()
  const visit = (parts: readonly unknown[], path: readonly string[]): unknown => {
    const [first] = parts
    const bitsOf = (leaves: readonly Expression[]): Expression => each(leaves, partOf(origin, path))
    if (isNumber(first)) {
      const bits = bitsOf([first.expression, ...parts.slice(1).map((value) => operandOf(first, value, name))])
      return first.signedness === 'signed' ? new SInt(bits) : new UInt(bits)
    }
    if (first instanceof OneOf) {
      const shape = first.shape as OneOfShape
      return new OneOf(
        shape,
        bitsOf(parts.map((value) => (value instanceof OneOf ? value.expression : caseBits(shape, value)))),
      )
    }
    const below = (key: string): unknown =>
      visit(
        parts.map((value) => (value as Record<string, unknown>)[key]),
        [...path, key],
      )
    if (first instanceof Union) {
      const payload = first.payload === undefined ? undefined : (below('payload') as UInt)
      return new Union(first.shape as UnionShape, below('tag') as OneOf, payload)
    }
    if (Array.isArray(first)) return first.map((_, index) => below(String(index)))
    return Object.fromEntries(Object.keys(first as object).map((key) => [key, below(key)]))
  }
  return visit(values, [])
}

const caseBits = (shape: OneOfShape, name: unknown): Expression =>
  literalOf(shape.bits, codeOf(shape, name as string), 'unsigned')
