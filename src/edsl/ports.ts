/** What a module shows of itself: ports, and how they look from inside and from outside. */
import type { Shape, UIntShape } from '#layout'
import type { Origin } from '#ir'
import type { Driven, ValueOf } from './bundle.ts'
import { capture } from './origin.ts'
import type { Bit } from './value.ts'

/** A ready/valid handshake: a payload moves in each cycle in which both `valid` and `ready` are 1. */
export interface StreamShape<S extends Shape = Shape> {
  readonly kind: 'stream'
  readonly payload: S
}

/** A stream of payloads. `valid` may not wait for `ready`; a valid payload stays until it is taken. */
export const stream = <const S extends Shape>(payload: S): StreamShape<S> => Object.freeze({ kind: 'stream', payload })

export interface Port<
  Direction extends 'in' | 'out' = 'in' | 'out',
  S extends Shape | StreamShape = Shape | StreamShape,
> {
  readonly direction: Direction
  readonly shape: S
  readonly origin: Origin
}

/** A port that the parent sets. */
export const input = <const S extends Shape | StreamShape>(shape: S): Port<'in', S> =>
  Object.freeze({ direction: 'in', shape, origin: capture() })

/** A port that the module sets. */
export const output = <const S extends Shape | StreamShape>(shape: S): Port<'out', S> =>
  Object.freeze({ direction: 'out', shape, origin: capture() })

/** Ports by name; an array of ports gets the index behind its name. */
export type PortRecord = { readonly [name: string]: Port | readonly Port[] }

/** The side of a stream that payloads come from: only `ready` can be driven. */
export interface Source<S> {
  readonly payload: ValueOf<S>
  readonly valid: Bit
  readonly ready: Driven<UIntShape<1>>
  /** A payload moves in this cycle. */
  readonly fire: Bit
}

/** The side of a stream that payloads go to: `payload` and `valid` can be driven. */
export interface Sink<S> {
  readonly payload: Driven<S>
  readonly valid: Driven<UIntShape<1>>
  readonly ready: Bit
  /** A payload moves in this cycle. */
  readonly fire: Bit
}

/** A port as the module's body, or its parent, sees it. */
export type View<P, Side extends 'inside' | 'outside'> = P extends readonly (infer E)[]
  ? readonly View<E, Side>[]
  : P extends Port<infer Direction, infer S>
    ? S extends StreamShape<infer Payload>
      ? Direction extends 'in'
        ? Side extends 'inside'
          ? Source<Payload>
          : Sink<Payload>
        : Side extends 'inside'
          ? Sink<Payload>
          : Source<Payload>
      : Direction extends 'in'
        ? Side extends 'inside'
          ? ValueOf<S>
          : Driven<S>
        : Side extends 'inside'
          ? Driven<S>
          : ValueOf<S>
    : never

/** All ports of a module, from one side. */
export type Views<P extends PortRecord, Side extends 'inside' | 'outside'> = {
  readonly [Name in keyof P]: View<P[Name], Side>
}

/** Lets everything that `from` has flow to `to`. */
export const connect = <S>(to: Sink<S>, from: Source<S>): void => {
  ;(to.payload as { drive(value: unknown): void }).drive(from.payload)
  to.valid.drive(from.valid)
  from.ready.drive(to.ready)
}
