import type { Assignable, Driven, Register, Shape, ValueOf } from '#edsl'

// The types of values of a shape that only the caller knows are not worked out in the body of a part: these two set them.

/** Drives a target of any shape. */
export const give = <S extends Shape>(target: Driven<S>, value: ValueOf<S> | Assignable<S>): void =>
  (target as unknown as { drive(given: unknown): void }).drive(value)

/** What a register of any shape holds next. */
export const keep = <S extends Shape>(target: Register<S>, value: ValueOf<S> | Assignable<S>): void =>
  (target as unknown as { next(given: unknown): void }).next(value)
