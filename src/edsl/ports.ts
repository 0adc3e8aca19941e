/** What a module shows of itself: ports, and how they look from inside and from outside. */
import type { Shape, UIntShape } from '#layout'
import type { Domain, Origin } from '#ir'
import { capture } from './origin.ts'
import type { Driven, ValueOf } from './shapes-to-values.ts'
import type { Bit } from './value.ts'

/** A ready/valid handshake: a payload moves in each cycle in which both `valid` and `ready` are 1. */
export interface StreamShape<S extends Shape = Shape> {
  readonly kind: 'stream'
  readonly payload: S
}

/** A stream of payloads. `valid` may not wait for `ready`; a valid payload stays until it is taken. */
export const stream = <const S extends Shape>(payload: S): StreamShape<S> => Object.freeze({ kind: 'stream', payload })

/** A port as it is declared. */
export interface Port<
  Direction extends 'in' | 'out' = 'in' | 'out',
  S extends Shape | StreamShape = Shape | StreamShape,
> {
  readonly direction: Direction
  readonly shape: S
  /** Whose clock it moves with: `main` unless given. */
  readonly domain: Domain | 'asynchronous' | undefined
  readonly origin: Origin
}

export interface PortOptions {
  /** Whose clock the port moves with, `main` unless given; `asynchronous` for a pin that belongs to no clock. */
  readonly domain?: Domain | 'asynchronous'
}

/** A port that the parent sets. */
export const input = <const S extends Shape | StreamShape>(shape: S, options: PortOptions = {}): Port<'in', S> =>
  Object.freeze({ direction: 'in', shape, domain: options.domain, origin: capture() })

/** A port that the module sets. */
export const output = <const S extends Shape | StreamShape>(shape: S, options: PortOptions = {}): Port<'out', S> =>
  Object.freeze({ direction: 'out', shape, domain: options.domain, origin: capture() })

/** A port, an array of ports, or a record of them. */
export type PortTree = Port | readonly PortTree[] | PortRecord

/** Ports by name. In Verilog the names and indices on the way to a port are joined by `_`: `bus_write_payload`. */
export interface PortRecord {
  readonly [name: string]: PortTree
}

/** The same ports seen by the other side: inputs are outputs and outputs are inputs. */
export type Flipped<P> =
  P extends Port<infer Direction, infer S>
    ? Port<Direction extends 'in' ? 'out' : 'in', S>
    : P extends readonly (infer E)[]
      ? readonly Flipped<E>[]
      : { readonly [Name in keyof P]: Flipped<P[Name]> }

/** The same ports with all directions turned round: declare a bus once, and flip it for the other side. */
export const flip = <const P extends PortTree>(ports: P): Flipped<P> => flipped(ports) as Flipped<P>

const flipped = (tree: PortTree): PortTree => {
  if (isPort(tree)) {
    const port: Port = { ...tree, direction: tree.direction === 'in' ? 'out' : 'in' }
    return Object.freeze(port)
  }
  if (isArray(tree)) return Object.freeze(tree.map(flipped))
  return Object.freeze(Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, flipped(part)])))
}

/** Whether a part of a port record is a port, and not a record with such names. */
export const isPort = (tree: PortTree): tree is Port => !isArray(tree) && typeof tree['direction'] === 'string'

export const isArray = (tree: PortTree): tree is readonly PortTree[] => Array.isArray(tree)

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

/** A port, or what is made of ports, as the module's body (`inside`) or its parent (`outside`) sees it. */
export type View<P, Side extends 'inside' | 'outside'> =
  P extends Port<infer Direction, infer S>
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
    : P extends readonly (infer E)[]
      ? readonly View<E, Side>[]
      : P extends PortRecord
        ? Views<P, Side>
        : never

/** All ports of a module, from one side. */
export type Views<P extends PortRecord, Side extends 'inside' | 'outside'> = {
  readonly [Name in keyof P]: View<P[Name], Side>
}
