import { assert, type Bit, literal, type UInt } from '#edsl'

/** Whether `value` is at most `most`; 1 where every number of its width is. */
export const atMost = (value: UInt, most: number): Bit =>
  most >= 2 ** value.expression.bits - 1 ? literal(1, 1) : value.le(most)

/** States that `value` is at most `most`; states nothing where every number of its width is. */
export const assertAtMost = (value: UInt, most: number, sentence: string): void => {
  if (most < 2 ** value.expression.bits - 1) assert(value.le(most), sentence)
}
