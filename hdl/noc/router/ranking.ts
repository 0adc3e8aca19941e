/** Who goes before whom: orders of requesters as bits, and the choice by them. */
import { type Bit, literal, type UInt } from '#edsl'

/** Whether one requester goes before another one. */
export type Before = (one: number, other: number) => Bit

/** Pairs of `n` requesters: the bits of an order. At least 1, for there are no values of 0 bits. */
export const pairs = (n: number): number => Math.max(1, (n * (n - 1)) / 2)

/** The bit of an order that says whether `low` goes before `high`. */
const pairAt = (low: number, high: number): number => (high * (high - 1)) / 2 + low

/** All pairs of `n` requesters, in the order of their bits. */
export const allPairs = (n: number): readonly (readonly [low: number, high: number])[] =>
  Array.from({ length: n }, (_, high) => Array.from({ length: high }, (_, low) => [low, high] as const)).flat()

/** An order from its bits. */
export const orderOf =
  (bits: UInt): Before =>
  (one, other) =>
    one < other ? bits.bit(pairAt(one, other)) : bits.bit(pairAt(other, one)).not()

/** The requester that no other one goes before: one of them is 1, or none when nobody requests. */
export const firstOf = (requests: readonly Bit[], before: Before): readonly Bit[] =>
  requests.map((request, one) => {
    const others = requests.flatMap((other, at) => (at === one ? [] : [other.and(before(at, one))]))
    return others.length === 0 ? request : request.and(anyOf(others).not())
  })

/** Whether any bit is 1; 0 for none. */
export const anyOf = (bits: readonly Bit[]): Bit =>
  bits.length === 0 ? literal(1, 0) : bits.reduce((any, one) => any.or(one))

/** Whether all bits are 1; 1 for none. */
export const allOf = (bits: readonly Bit[]): Bit =>
  bits.length === 0 ? literal(1, 1) : bits.reduce((all, one) => all.and(one))

/** Whether at most one bit is 1. */
export const atMostOne = (bits: readonly Bit[]): Bit =>
  bits.length < 2
    ? literal(1, 1)
    : anyOf(bits.flatMap((one, at) => bits.slice(at + 1).map((other) => one.and(other)))).not()

/** Whether a number is at least a constant, in as few LUTs as there are. */
export const atLeast = (value: UInt, least: number): Bit =>
  least >= 2 ** value.expression.bits
    ? literal(1, 0)
    : Array.from({ length: value.expression.bits }, (_, place) => place).reduce<Bit>(
        (so, place) => (((least >> place) & 1) === 1 ? value.bit(place).and(so) : value.bit(place).or(so)),
        literal(1, 1),
      )
