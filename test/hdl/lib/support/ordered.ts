/** A bench for proofs: numbers go in one after the other, and have to come out so. */
import {
  assert,
  bit,
  cover,
  implies,
  input,
  instance,
  module,
  type ModuleDefinition,
  output,
  type Port,
  reg,
  type StreamShape,
  type UIntShape,
  uint,
  when,
} from '#edsl'

/** A part that numbers pass. */
export type Passage = ModuleDefinition<{
  readonly from: Port<'in', StreamShape<UIntShape>>
  readonly to: Port<'out', StreamShape<UIntShape>>
}>

/** What `ordered` states. */
export const inOrder = 'what comes out is what went in, once, in order'

/**
 * Fills a part with 0, 1, 2, ... whenever `offer` is 1, empties it whenever `take` is 1, and states that the same numbers come
 * out. Numbers of so many bits that those inside of the part differ show every loss, repetition and exchange.
 */
export const ordered = (part: Passage, bits: number) =>
  module(
    `ordered_${part.name}`,
    { offer: input(bit), take: input(bit), moves: output(bit) },
    ({ offer, take, moves }) => {
      const middle = instance(part, 'middle')
      const sent = reg(uint(bits), 0)
      const got = reg(uint(bits), 0)
      const waits = reg(bit, 0)

      // What is offered stays offered.
      const offers = offer.or(waits)
      middle.from.valid.drive(offers)
      middle.from.payload.drive(sent)
      waits.next(offers.and(middle.from.ready.not()))
      when(middle.from.fire, () => sent.next(sent.addWrap(1)))

      middle.to.ready.drive(take)
      when(middle.to.fire, () => got.next(got.addWrap(1)))
      moves.drive(middle.to.fire)

      assert(implies(middle.to.valid, middle.to.payload.eq(got)), inOrder)
      cover(middle.to.fire.and(got.eq(3)), 'a fourth number comes out')
    },
  )
