/** Wires between channels. */
import type { Driven, UInt, UIntShape, ValueOf } from '#edsl'

/** A channel's side that sends: `room` is read. */
export interface ChannelSink {
  readonly valid: Driven<UIntShape<1>>
  readonly vc: Driven<UIntShape>
  readonly flit: Driven<UIntShape<138>>
  readonly room: UInt
  readonly age?: Driven<UIntShape<16>> | undefined
}

/** A channel's side that flits come from: `room` is set. */
export interface ChannelSource {
  readonly valid: ValueOf<UIntShape<1>>
  readonly vc: UInt
  readonly flit: ValueOf<UIntShape<138>>
  readonly room: Driven<UIntShape>
  readonly age?: ValueOf<UIntShape<16>> | undefined
}

/** Joins two channels of one network: flits go from `from` to `to`, and `room` comes back. */
export const connectChannel = (to: ChannelSink, from: ChannelSource): void => {
  to.valid.drive(from.valid)
  to.vc.drive(from.vc)
  to.flit.drive(from.flit)
  if (to.age !== undefined && from.age !== undefined) to.age.drive(from.age)
  from.room.drive(to.room)
}
