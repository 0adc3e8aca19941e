/** Where packets of several streams become one stream. */
import { assert, bit, cat, connect, input, instance, module, mux, output, reg, stream, uint, type UInt } from '#edsl'
import { flitBits } from '#layout'
import { roundRobin } from './round-robin.ts'

/**
 * Merges the packets of `n` streams of flits into one stream, packet by packet, none of them torn apart.
 *
 * Ports: `from` n streams of packets; `to` the merged stream.
 * Timing: flits pass within the cycle. The streams take turns per packet: one that has a packet ready waits for at most
 * n - 1 packets of others. A chosen packet stays chosen until its tail has left, so a flit that waits does not change.
 * Reset: no packet is open, stream 0 goes first.
 * Source: NoC sections 10.3 and 10.6.
 */
export const packetMerge = (n: number) =>
  module(
    `packet_merge_${n}`,
    { from: Array.from({ length: n }, () => input(stream(uint(flitBits)))), to: output(stream(uint(flitBits))) },
    ({ from, to }) => {
      if (n === 1) return connect(to, from[0]!)

      const open = reg(bit, 0)
      const holder = reg(uint(n), 0)
      const arbiter = instance(roundRobin(n))
      const waiting = cat(...from.map(({ valid }) => valid).reverse()).named('waiting')

      arbiter.request.drive(waiting)
      arbiter.accepted.drive(open.not())
      const chosen = mux(open, holder, arbiter.grant).named('chosen')

      to.valid.drive(chosen.and(waiting).any())
      to.payload.drive(
        selectOneHot(
          chosen,
          from.map(({ payload }) => payload),
        ),
      )
      from.forEach(({ ready }, index) => ready.drive(chosen.bit(index).and(to.ready)))

      // The burst bit, the topmost of a flit, says whether more flits of the packet follow.
      const tailLeaves = to.fire.and(to.payload.bit(flitBits - 1).not())
      open.next(open.or(waiting.any()).and(tailLeaves.not()))
      holder.next(chosen)

      assert(chosen.and(chosen.subWrap(1)).eq(0), 'takes flits of one stream at a time')
    },
  )

/** The value whose bit in `oneHot` is 1: multiplexers by the bits of its number, which cost half of AND and OR in LUTs. */
const selectOneHot = <N extends number>(oneHot: UInt, values: readonly UInt<N>[]): UInt<N> => {
  let level = values
  for (let place = 1; level.length > 1; place *= 2) {
    const upper = values.map((_, index) => index).filter((index) => (index & place) !== 0)
    const takesUpper = upper.map((index) => oneHot.bit(index)).reduce((any, one) => any.or(one))
    level = level.flatMap((value, index) => {
      const above = level[index + 1]
      if (index % 2 !== 0) return []
      return above ? [mux(takesUpper, above, value)] : [value]
    })
  }
  return level[0]!
}
