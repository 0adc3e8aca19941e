/** One value of several, chosen by hardware. */
import type { OneOfShape, UnionShape } from '#layout'
import type { Expression } from '#ir'
import { joined, literalOf, muxed, selected } from './expressions.ts'
import { codeOf, OneOf } from './one-of.ts'
import { isNumber, operandOf, unsignedOf } from './operand.ts'
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
  return combine([whenTrue, whenFalse], 'mux', ([yes, no]) =>
    muxed(condition.expression, yes as Expression, no as Expression),
  )
}

/**
 * The element that `index` names, of values of any shape. All its bits are 0 when `index` names none; an index of any
 * width, unsigned.
 */
export const pick = <V>(values: readonly V[], index: UInt): V => {
  const at = unsignedOf(index, 'an index')
  return combine(values, 'pick', (leaves) => selected(joined([...leaves].reverse()), at, leaves[0]?.bits ?? 1)) as V
}

/** Combines values of one shape leaf by leaf. */
const combine = (
  values: readonly unknown[],
  name: string,
  each: (leaves: readonly Expression[]) => Expression,
): unknown => {
  const [first] = values
  if (isNumber(first)) {
    const bits = each([first.expression, ...values.slice(1).map((value) => operandOf(first, value, name))])
    return first.signedness === 'signed' ? new SInt(bits) : new UInt(bits)
  }
  if (first instanceof OneOf) {
    const shape = first.shape as OneOfShape
    return new OneOf(
      shape,
      each(values.map((value) => (value instanceof OneOf ? value.expression : caseBits(shape, value)))),
    )
  }
  if (first instanceof Union) {
    const tag = combine(parts(values, 'tag'), name, each) as OneOf
    const payload = first.payload === undefined ? undefined : (combine(parts(values, 'payload'), name, each) as UInt)
    return new Union(first.shape as UnionShape, tag, payload)
  }
  if (Array.isArray(first)) return first.map((_, index) => combine(parts(values, String(index)), name, each))
  return Object.fromEntries(Object.keys(first as object).map((key) => [key, combine(parts(values, key), name, each)]))
}

const parts = (values: readonly unknown[], key: string): readonly unknown[] =>
  values.map((value) => (value as Record<string, unknown>)[key])

const caseBits = (shape: OneOfShape, name: unknown): Expression =>
  literalOf(shape.bits, codeOf(shape, name as string), 'unsigned')
