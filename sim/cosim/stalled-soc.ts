/** A system in which the streams between compute tiles and network stall at random. */
import {
  bit,
  connect,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  reg,
  type Sink,
  type Source,
  stream,
  uint,
  type UIntShape,
  when,
} from '#edsl'
import { type Between, soc } from '#hdl/soc'
import { flitBits, type SystemDescription } from '#layout'

/** Taps of a 32-bit Galois register with the longest period. */
const taps = 0xa300_0000

/**
 * Lets flits through now and then. A flit that was offered stays offered until it is taken, as streams have to.
 *
 * Ports: `from` in; `to` out.
 * Timing: flits pass within the cycle. Which cycles stall follows from registers that have any value at power-up, so from
 * the seed of a run: a gate stalls never, in every other cycle, in seven of eight, or for 64 cycles now and then.
 */
const stallGate = module(
  'stall_gate',
  { from: input(stream(uint(flitBits))), to: output(stream(uint(flitBits))) },
  ({ from, to }) => {
    const bits = reg(uint(32))
    const kind = reg(uint(2))
    const offered = reg(bit, 0)
    kind.next(kind)
    const moved = bits.shiftRight(1).xor(mux(bits.bit(0), literal(32, taps), literal(32, 0)))
    bits.next(mux(bits.any(), moved, literal(32, 1)))
    const rests = reg(uint(6), 0)
    when(rests.any(), () => rests.next(rests.subWrap(1))).elseWhen(bits.slice(3, 6).any().not(), () => rests.next(63))
    const lets = mux(
      kind.eq(0),
      literal(1, 1),
      mux(kind.eq(1), bits.bit(0), mux(kind.eq(2), bits.bit(0).and(bits.bit(7)).and(bits.bit(13)), rests.any().not())),
    )
    const open = offered.or(lets)
    to.payload.drive(from.payload)
    to.valid.drive(from.valid.and(open))
    from.ready.drive(to.ready.and(open))
    offered.next(from.valid.and(open).and(to.ready.not()))
  },
)

type Flits = UIntShape<typeof flitBits>

const stalling: Between = (to: Sink<Flits>, from: Source<Flits>, name: string) => {
  const gate = instance(stallGate, `stall_${name}`)
  connect(gate.from, from)
  connect(to, gate.to)
}

/** `make`'s hardware, with a gate in every stream between a compute tile and the network. */
export const stalledSoc = (system: SystemDescription, make: typeof soc = soc): ReturnType<typeof soc> =>
  make(system, stalling)
