// What the ports of a design look like from a test bench.

import type { Port, PortRecord, StreamShape } from '#edsl'
import type { ArrayShape, Fields, Plain, Shape, StructShape, UIntShape } from '#layout'

/** A port that the design sets: its value can be read. */
export interface OutputHandle<S extends Shape = Shape> {
  readonly kind: 'output'
  /** The designer's spelling: `from.payload`. */
  readonly name: string
  readonly shape: S
  /** As it is now: outputs follow the inputs at once. */
  readonly value: Plain<S>
  /** The same as bits. */
  readonly bits: bigint
  /** Handles on the parts: fields of a record, elements of an array. */
  readonly parts: PartHandles<S, 'output'>
}

/** A port that the test bench sets. */
export interface InputHandle<S extends Shape = Shape> {
  readonly kind: 'input'
  /** The designer's spelling: `from.payload`. */
  readonly name: string
  readonly shape: S
  /** What it is set to; 0, the case of code 0 and records of them at first. */
  value: Plain<S>
  /** The same as bits. */
  readonly bits: bigint
  /** Handles on the parts: fields of a record, elements of an array. */
  readonly parts: PartHandles<S, 'input'>
}

/** A port, or a part of one. */
export type AnyHandle = InputHandle | OutputHandle

type HandleOf<S extends Shape, Kind extends 'input' | 'output'> = Kind extends 'input'
  ? InputHandle<S>
  : OutputHandle<S>

/** Parts of a port by field or index; none for numbers and cases. */
export type PartHandles<S, Kind extends 'input' | 'output'> =
  S extends StructShape<infer F>
    ? Fields extends F
      ? Readonly<Record<string, HandleOf<Shape, Kind>>>
      : { readonly [Name in keyof F]: HandleOf<F[Name], Kind> }
    : S extends ArrayShape<infer E>
      ? readonly HandleOf<E, Kind>[]
      : Readonly<Record<string, never>>

/** A stream that the test bench fills. */
export interface StreamInput<S extends Shape = Shape> {
  readonly kind: 'stream'
  readonly payload: InputHandle<S>
  readonly valid: InputHandle<UIntShape<1>>
  readonly ready: OutputHandle<UIntShape<1>>
  /** Whether a payload moves at the next edge. */
  readonly fires: boolean
}

/** A stream that the test bench empties. */
export interface StreamOutput<S extends Shape = Shape> {
  readonly kind: 'stream'
  readonly payload: OutputHandle<S>
  readonly valid: OutputHandle<UIntShape<1>>
  readonly ready: InputHandle<UIntShape<1>>
  /** Whether a payload moves at the next edge. */
  readonly fires: boolean
}

/** The handle of a port. */
export type PortHandle<P> =
  P extends Port<infer Direction, infer S>
    ? S extends StreamShape<infer Payload>
      ? Direction extends 'in'
        ? StreamInput<Payload>
        : StreamOutput<Payload>
      : S extends Shape
        ? Direction extends 'in'
          ? InputHandle<S>
          : OutputHandle<S>
        : never
    : P extends readonly unknown[]
      ? { readonly [Index in keyof P]: PortHandle<P[Index]> }
      : P extends PortRecord
        ? Handles<P>
        : never

/** Handles of all ports, by name; of ports that nobody knows yet, anything. */
export type Handles<P extends PortRecord> = string extends keyof P
  ? Readonly<Record<string, unknown>>
  : { readonly [Name in keyof P]: PortHandle<P[Name]> }
