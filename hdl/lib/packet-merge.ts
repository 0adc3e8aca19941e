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

/** The value whose bit in `chosen` is 1; 0 when there is none. */
const selectOneHot = <N extends number>(chosen: UInt, values: readonly UInt<N>[]): UInt<N> =>
  values.map((value, index) => mux(chosen.bit(index), value, 0)).reduce((all, one) => all.or(one))
