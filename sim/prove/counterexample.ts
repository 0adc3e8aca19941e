/** A run that violates a property, in the words of the design. */
import type { GraphInput } from './netlist.ts'

/** Values of the inputs of the top in one cycle, by Verilog name. */
export type Frame = Readonly<Record<string, bigint>>

/** How to get there: what registers without reset begin with, and the inputs, cycle by cycle. The last cycle shows it. */
export interface Counterexample {
  /** By name, instances before it joined by `.`; `store[3]` is a word of a memory. Those not named may be anything. */
  readonly first: Readonly<Record<string, bigint>>
  readonly frames: readonly Frame[]
}

/**
 * Puts the bits of a run together to values. An assertion is sampled at the clock edge, so the frame behind it, in which
 * the graph shows the violation, is not part of the run. What `resets` gives a value begins with nothing that matters: the
 * run begins in reset.
 */
export const counterexampleOf = (
  inputs: readonly GraphInput[],
  values: readonly (readonly boolean[])[],
  resets: ReadonlySet<string> = new Set(),
): Counterexample => ({
  first: valuesOf(
    inputs.map((input) => (resets.has(input.name) ? { ...input, kind: 'free' } : input)),
    values[0] ?? [],
    'first',
  ),
  frames: values.slice(0, -1).map((row) => valuesOf(inputs, row, 'input')),
})

const valuesOf = (
  inputs: readonly GraphInput[],
  row: readonly boolean[],
  kind: GraphInput['kind'],
): Readonly<Record<string, bigint>> => {
  const found: Record<string, bigint> = {}
  for (const [index, input] of inputs.entries()) {
    if (input.kind !== kind) continue
    found[input.name] = (found[input.name] ?? 0n) | (row[index] === true ? 1n << BigInt(input.bit) : 0n)
  }
  return found
}
