/** What happens to payloads on their way, without state: functions that take a source and return one. */
import {
  type Bit,
  bit,
  connect,
  input,
  instance,
  module,
  type ModuleDefinition,
  output,
  type Port,
  type Shape,
  type Sink,
  type Source,
  stream,
  type StreamShape,
  type ValueOf,
  wire,
} from '#edsl'
import { shapeName } from './shape-name.ts'

/**
 * The stream with every payload turned into another one, of `shape`: `mapped(from, uint(9), (value) => value.add(1))`. Costs
 * what `change` costs.
 */
export const mapped = <S extends Shape, const T extends Shape>(
  source: Source<S>,
  _shape: T,
  change: (payload: ValueOf<S>) => ValueOf<T>,
): Source<T> => sourceOf(change(source.payload), source.valid, source.ready, () => source.fire)

/**
 * The stream without the payloads that `keep` is 0 for: they are taken and gone, also while nobody takes the others.
 */
export const filtered = <S extends Shape>(source: Source<S>, keep: (payload: ValueOf<S>) => Bit): Source<S> => {
  const ready = wire(bit)
  const kept = keep(source.payload)
  const valid = source.valid.and(kept)
  source.ready.drive(ready.or(kept.not()))
  return sourceOf<S>(source.payload, valid, ready, () => valid.and(ready))
}

/**
 * Sends a stream through a part with the ports `from` and `to`, and returns what comes out:
 * `through(from, fifo(uint(8), 4))`.
 */
export const through = <S extends Shape, T extends Shape>(
  source: Source<S>,
  part: ModuleDefinition<{ readonly from: Port<'in', StreamShape<S>>; readonly to: Port<'out', StreamShape<T>> }>,
  name?: string,
): Source<T> => {
  const made = instance(part, name === undefined ? {} : { name }) as unknown as { from: Sink<S>; to: Source<T> }
  connect(made.from, source)
  return made.to
}

/** A source; `fire` is none of its fields, for `connect` walks over those. */
const sourceOf = <S extends Shape>(
  payload: ValueOf<S>,
  valid: Bit,
  ready: Source<S>['ready'],
  fire: () => Bit,
): Source<S> => Object.defineProperty({ payload, valid, ready }, 'fire', { enumerable: false, get: fire }) as Source<S>

/**
 * Drops the payloads that `keep` is 0 for. `name` tells it from other filters of the shape.
 *
 * Ports: `from` all payloads; `to` those that are kept.
 * Timing: payloads pass within the cycle; dropped ones are taken at once.
 * Reset: there is no state.
 */
export const filter = <const S extends Shape>(shape: S, name: string, keep: (payload: ValueOf<S>) => Bit) =>
  module(
    `filter_${name}_${shapeName(shape)}`,
    { from: input(stream(shape)), to: output(stream(shape)) },
    ({ from, to }) => connect(to, filtered(from, keep)),
  )
