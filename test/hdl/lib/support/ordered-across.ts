/** The bench of `ordered` for parts between two clocks. */
import {
  assert,
  bit,
  cover,
  domain,
  implies,
  inDomain,
  input,
  instance,
  module,
  type ModuleDefinition,
  output,
  type Port,
  provideDomain,
  reg,
  type StreamShape,
  type UIntShape,
  uint,
  when,
} from '#edsl'
import { inOrder } from './ordered.ts'

const write = domain('write')
const read = domain('read')

/** Fills a part in `write` and empties it in `read`; edges come in any order. Both resets end after two edges of each. */
export const orderedAcross = (
  part: ModuleDefinition<{
    readonly from: Port<'in', StreamShape<UIntShape>>
    readonly to: Port<'out', StreamShape<UIntShape>>
  }>,
  bits: number,
) =>
  module(
    `across_${part.name}`,
    {
      writeClock: input(bit),
      readClock: input(bit),
      offer: input(bit, { domain: write }),
      take: input(bit, { domain: read }),
      moves: output(bit, { domain: read }),
    },
    ({ writeClock, readClock, offer, take, moves }) => {
      /** Whether a clock had two edges. */
      const begun = (clock: typeof writeClock, name: string) => {
        const raw = domain(name, { reset: 'none' })
        provideDomain(raw, { clock })
        return inDomain(raw, () => {
          const edges = reg(uint(2), 0, `${name}_edges`)
          when(edges.ne(2), () => edges.next(edges.addWrap(1)))
          return edges.eq(2)
        })
      }
      const reset = begun(writeClock, 'write_raw').and(begun(readClock, 'read_raw')).not().named('reset')
      provideDomain(write, { clock: writeClock, reset })
      provideDomain(read, { clock: readClock, reset })

      const middle = instance(part, 'middle')
      inDomain(write, () => {
        const sent = reg(uint(bits), 0)
        const waits = reg(bit, 0)
        const offers = offer.or(waits)
        middle.from.valid.drive(offers)
        middle.from.payload.drive(sent)
        waits.next(offers.and(middle.from.ready.not()))
        when(middle.from.fire, () => sent.next(sent.addWrap(1)))
      })
      inDomain(read, () => {
        const got = reg(uint(bits), 0)
        middle.to.ready.drive(take)
        when(middle.to.fire, () => got.next(got.addWrap(1)))
        moves.drive(middle.to.fire)

        assert(implies(middle.to.valid, middle.to.payload.eq(got)), inOrder)
        cover(middle.to.fire.and(got.eq(1)), 'a second number comes out')
      })
    },
  )
