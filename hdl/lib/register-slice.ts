/** Registers that cut the paths of a stream. */
import {
  assert,
  bit,
  connect,
  input,
  instance,
  module,
  mux,
  output,
  pack,
  reg,
  type Shape,
  type Sink,
  type Source,
  stream,
  unpack,
  when,
} from '#edsl'
import { give, keep } from './generic-payload.ts'
import { shapeName } from './shape-name.ts'
import { offerStays } from './stream-rules.ts'

/** Which paths a slice cuts: those of `valid` and `payload`, that of `ready`, or both. */
export type Cut = 'valid' | 'ready' | 'both'

/**
 * Puts registers into a stream, so that no path leads through it where it is cut.
 *
 * Ports: `from` the payloads that come; `to` the payloads that leave.
 * Timing: one payload per cycle. `valid`: a payload leaves in the cycle after it came, `to.ready` leads to `from.ready`.
 * `ready`: a payload passes within the cycle, and the one that comes while `to` stops is kept. `both`: a payload leaves in
 * the cycle after it came, and no path leads from one port to the other.
 * Reset: empty; payloads are not reset.
 */
export const registerSlice = <const S extends Shape>(shape: S, cut: Cut) =>
  module(
    `slice_${cut}_${shapeName(shape)}`,
    { from: input(stream(shape)), to: output(stream(shape)) },
    ({ from, to }) => cuts[cut](shape, from, to),
  )

type SliceBody = <S extends Shape>(shape: S, from: Source<S>, to: Sink<S>) => void

const cutValid: SliceBody = (shape, from, to) => {
  const full = reg(bit, 0)
  const held = reg(shape)

  from.ready.drive(full.not().or(to.ready))
  to.valid.drive(full)
  give(to.payload, held as never)
  when(to.ready, () => full.next(0))
  when(from.fire, () => {
    full.next(1)
    keep(held, from.payload)
  })

  assert(offerStays(to), 'what is offered stays until it is taken')
}

const cutReady: SliceBody = (shape, from, to) => {
  const full = reg(bit, 0)
  const held = reg(shape)

  from.ready.drive(full.not())
  to.valid.drive(full.or(from.valid))
  const kept = pack(shape, held as never)
  give(to.payload, unpack(shape, mux(full, kept, pack(shape, from.payload as never))))
  when(to.ready, () => full.next(0))
  when(from.fire.and(to.ready.not()), () => {
    full.next(1)
    keep(held, from.payload)
  })

  assert(full.not().or(from.ready.not()), 'takes nothing while it keeps a payload')
}

const cutBoth: SliceBody = (shape, from, to) => {
  const early = instance(registerSlice(shape, 'ready'))
  const late = instance(registerSlice(shape, 'valid'))
  connect(early.from, from)
  connect(late.from, early.to)
  connect(to, late.to)
}

const cuts: Readonly<Record<Cut, SliceBody>> = { valid: cutValid, ready: cutReady, both: cutBoth }
