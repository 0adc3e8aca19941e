/** Several streams that go together. */
import {
  type Bit,
  input,
  literal,
  module,
  output,
  type Port,
  type Shape,
  type Sink,
  type Source,
  stream,
  type StreamShape,
  struct,
} from '#edsl'
import { give } from './generic-payload.ts'
import { shapeName } from './shape-name.ts'

/** Input streams by name. */
export type JoinedPorts<F extends Readonly<Record<string, Shape>>> = {
  readonly [Name in keyof F]: Port<'in', StreamShape<F[Name]>>
}

/**
 * Waits for a payload of each stream and hands them on as one record: `join({ address: uint(32), data: uint(64) })`.
 *
 * Ports: `from` a stream for each field; `to` the records.
 * Timing: payloads pass within the cycle, all of them in the same one. Paths lead from each `valid` to the `ready` of the
 * others.
 * Reset: there is no state.
 * Rejects: RangeError for a record without fields.
 */
export const join = <const F extends Readonly<Record<string, Shape>>>(shapes: F) => {
  const names = Object.keys(shapes)
  if (names.length === 0) throw new RangeError('join(): there is nothing to join, give a shape for each stream')
  const record = struct(shapes)
  const from = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, input(stream(shape))]),
  ) as unknown as JoinedPorts<F>
  return module(`join_${shapeName(record)}`, { from, to: output(stream(record)) }, (ports) => {
    const sources = Object.values(ports.from as unknown as Readonly<Record<string, Source<Shape>>>)
    const to = ports.to as unknown as Sink<Shape>
    const allOf = (bits: readonly Bit[]): Bit => bits.reduce((every, one) => every.and(one), literal(1, 1))

    to.valid.drive(allOf(sources.map(({ valid }) => valid)))
    give(to.payload, Object.fromEntries(names.map((name, index) => [name, sources[index]?.payload])) as never)
    // A stream moves when all others have a payload; its own needs no look.
    for (const source of sources)
      source.ready.drive(allOf([to.ready, ...sources.filter((other) => other !== source).map(({ valid }) => valid)]))
  })
}
