/** Shares of an output in proportion to the sources behind its inputs. */
import { type Bit, bitsFor, cat, input, instance, module, mux, output, reg, uint, type UInt } from '#edsl'
import { leastRecent } from './least-recent.ts'
import { allPairs, orderOf, pairs } from './ranking.ts'

/** Bits of a weight, as in the router's registers. NoC section 10.9. */
export const weightBits = 8

/** Bits of the flits that an input may have sent beyond its share: a packet that began with one flit of the share left. */
export const debtBits = (longestPacket: number, greatestWeight: number): number =>
  Math.max(weightBits, bitsFor(longestPacket + greatestWeight))

/**
 * Orders the `n` inputs of an output virtual channel by start-time fair queueing over flits, in whole rounds of virtual time:
 * in a round each input may begin packets until it has sent as many flits as its weight says, and a packet that is longer is
 * paid for in the rounds to come. A round ends when every input that could move has had its share, so one that asks for less
 * holds nobody up and saves nothing up. Within a round, inputs take turns packet by packet.
 *
 * Ports: `weights` one per input, 0 counts as 1, changed at any time; `sent` n bits, whose flit leaves in this cycle, one-hot
 * or zero; `waiting` who has a flit for this channel, `moving` who of them has room; `before` one bit per pair, see `orderOf`.
 * Timing: `before` depends on registers only. Flits count from the cycle after the one behind they left.
 * Reset: a round begins, input 0 goes first.
 * Source: NoC section 10.6, policy sourceWeighted; section 12.4.
 */
export const sourceWeighted = (n: number, bits: number) =>
  module(
    `source_weighted_${n}x${bits}`,
    {
      weights: Array.from({ length: n }, () => input(uint(weightBits))),
      sent: input(uint(n)),
      waiting: input(uint(n)),
      moving: input(uint(n)),
      before: output(uint(pairs(n))),
    },
    ({ weights, sent, waiting, moving, before }) => {
      // The choice ends late in the cycle: its flit is charged in the next one.
      const charged = reg(uint(n), 0)
      charged.next(sent)
      const turns = instance(leastRecent(n))
      turns.served.drive(sent)
      const inTurn = orderOf(turns.before)

      const most = 2 ** bits - 1
      const debts = weights.map((_, one) => reg(uint(bits), 0, `debt_${one}`))
      const shares = weights.map((given): UInt => mux(given.any(), given, 1).extend(bits))
      const over = debts.map((debt, one) => (debt as UInt).ge(shares[one]!))
      const overBits = cat(...over.toReversed()).named('over')
      const round = waiting
        .any()
        .not()
        .or(moving.any().and(moving.and(overBits.not()).any().not()))
        .named('round')

      debts.forEach((debt, one) => {
        const left: UInt = mux(round, mux(over[one]!, (debt as UInt).subWrap(shares[one]!), 0), debt)
        const grows = charged.bit(one).and(left.eq(most).not())
        debt.next(left.addWrap((grows as UInt).extend(bits)) as never)
      })

      const order = allPairs(n).map(([low, high]): Bit => {
        const [lowOver, highOver] = [overBits.bit(low), overBits.bit(high)]
        return highOver.and(lowOver.not()).or(highOver.eq(lowOver).and(inTurn(low, high)))
      })
      before.drive(cat(...order.toReversed()))
    },
  )
