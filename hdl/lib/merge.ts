import {
  assert,
  bit,
  type Bit,
  cat,
  connect,
  instance,
  type ModuleDefinition,
  mux,
  pack,
  type Port,
  reg,
  type Shape,
  type Sink,
  type Source,
  uint,
  type UInt,
  type UIntShape,
  unpack,
  type ValueOf,
  when,
  type Width,
} from '#edsl'
import { give } from './generic-payload.ts'

/** The ports of an arbiter over request bits. */
export type ArbiterPorts = {
  readonly request: Port<'in', UIntShape>
  readonly accepted: Port<'in', UIntShape<1>>
  readonly grant: Port<'out', UIntShape>
}

/**
 * Merges several streams into one inside the module whose body is running: the arbiter chooses, and what it chose stays
 * chosen until a payload has left that `isLast` says is the last of its packet. So a payload that waits does not change.
 * While `restart` is 1, what was chosen without having begun a packet is no longer chosen.
 */
export const merge = <S extends Shape>(
  shape: S,
  from: readonly Source<S>[],
  to: Sink<S>,
  definition: ModuleDefinition<ArbiterPorts>,
  isLast?: (payload: ValueOf<S>) => Bit,
  restart?: Bit,
): void => {
  const [only] = from
  if (only !== undefined && from.length === 1) return connect(to, only)

  const open = reg(bit, 0)
  const holder = reg(uint(from.length), 0)
  const arbiter = instance(definition)
  const waiting = cat(...from.map(({ valid }) => valid).reverse()).named('waiting')

  arbiter.request.drive(waiting)
  arbiter.accepted.drive(open.not())
  const chosen = mux(open, holder, arbiter.grant).named('chosen')

  to.valid.drive(chosen.and(waiting).any())
  const payload = from
    .map((source, index): UInt => mux(chosen.bit(index), pack(shape, source.payload as never) as UInt, 0))
    .reduce((all, one) => all.or(one))
  give(to.payload, unpack(shape, payload as UInt<Width<S['bits']>>))
  from.forEach(({ ready }, index) => ready.drive(chosen.bit(index).and(to.ready)))

  const lastLeaves = isLast === undefined ? to.fire : to.fire.and(isLast(to.payload as ValueOf<S>))
  open.next(open.or(waiting.any()).and(lastLeaves.not()))
  holder.next(chosen)
  if (restart !== undefined) {
    // Who has not begun a packet may take back what it offers.
    const begun = reg(bit, 0)
    when(to.fire, () => begun.next(lastLeaves.not()))
    when(restart.and(begun.not()), () => open.next(0))
  }

  assert(chosen.and(chosen.subWrap(1)).eq(0), 'takes flits of one stream at a time')
}
