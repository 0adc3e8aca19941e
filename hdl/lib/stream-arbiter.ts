/** Where several streams become one. */
import { type Bit, input, module, output, type Shape, stream, type ValueOf } from '#edsl'
import { atLeast } from './arguments.ts'
import { fixedPriority } from './fixed-priority.ts'
import { merge } from './merge.ts'
import { roundRobin } from './round-robin.ts'
import { shapeName } from './shape-name.ts'
import { weighted } from './weighted.ts'

/** Who goes first: all in turn, the lowest number, or each as often as its weight says. */
export type Policy = 'round-robin' | 'fixed' | readonly number[]

/** What stays together: each payload for itself, or packets, of which a payload says whether it is the last. */
export type Together<S extends Shape> = 'payloads' | { readonly last: (payload: ValueOf<S>) => Bit }

/**
 * Merges `n` streams into one; with `{ last }` packet by packet, none of them torn apart.
 *
 * Ports: `from` n streams; `to` the merged stream.
 * Timing: payloads pass within the cycle. A turn is a payload, or a packet. Who is chosen stays chosen until its payload, or
 * its packet, has left: so a payload that waits does not change.
 * Reset: nobody is chosen; the arbiter begins.
 * Rejects: RangeError when `n` is below 1, or when there are not as many weights as streams.
 */
export const streamArbiter = <const S extends Shape>(
  shape: S,
  n: number,
  policy: Policy,
  together: Together<S> = 'payloads',
) => {
  atLeast(1, n, `streamArbiter(): ${n} is no number of streams`)
  const arbiter = arbiterOf(n, policy)
  const packets = together === 'payloads' ? '' : '_packets'
  return module(
    `merge_${shapeName(shape)}_${arbiter.name}${packets}`,
    { from: Array.from({ length: n }, () => input(stream(shape))), to: output(stream(shape)) },
    ({ from, to }) => merge(shape, from, to, arbiter, together === 'payloads' ? undefined : together.last),
  )
}

const arbiterOf = (n: number, policy: Policy) => {
  if (policy === 'round-robin') return roundRobin(n)
  return policy === 'fixed' ? fixedPriority(n) : weighted(n, policy)
}
