/** Which packets travel in which stream of a module, and in which virtual channels. */
import { type Bit, literal, type UInt } from '#edsl'
import { modeClass } from '#layout'
import type { Network } from '#topology'

/**
 * The message class whose stream carries packets of a mode in a network of so many classes; undefined when none does: bypass
 * packets where there are only commands. With three classes the answers of bypass traffic travel with those of commands.
 * Source: NoC sections 2.4 and 2.8 (R-CLASS-2).
 */
export const streamOfMode = (mode: number, classes: Network['classes']): number | undefined => {
  const own = modeClass[mode] ?? 0
  if (classes === 1) return 0
  if (own < classes) return own
  return classes === 3 ? 1 : undefined
}

/** The modes of a stream, as a set of bits. */
export const modesOf = (messageClass: number, classes: Network['classes']): bigint =>
  Array.from({ length: 16 }, (_, mode) => mode).reduce(
    (set, mode) => (streamOfMode(mode, classes) === messageClass ? set | (1n << BigInt(mode)) : set),
    0n,
  )

/** The chips whose packets leave the network at a module, lowest first: empty for all but gateways. NoC section 10.2. */
export const chipsBehind = (network: Pick<Network, 'gateways'>, module: number): readonly number[] =>
  [...network.gateways].flatMap(([chip, gateway]) => (gateway === module ? [chip] : [])).sort((a, b) => a - b)

/** What an interface is called after the chips behind it: part of the names of its hardware. */
export const roleOf = (chips: readonly number[]): string =>
  chips.length === 0 ? 'module' : `gateway_${chips.join('_')}`

/** A set of small numbers as bits. */
export const setOf = (numbers: Iterable<number>): bigint => {
  let set = 0n
  for (const number of numbers) set |= 1n << BigInt(number)
  return set
}

/** Whether a chip id is one of a few. */
export const isOneOf = (chip: UInt, chips: readonly number[]): Bit =>
  chips.map((one): Bit => chip.eq(one)).reduce((any, one) => any.or(one), literal(1, 0))
