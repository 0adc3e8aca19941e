/** Shares of an output in proportion to the sources behind its inputs. */
import {
  type Bit,
  bitsFor,
  cat,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  reg,
  uint,
  type UInt,
  when,
} from '#edsl'
import { once } from '../once.ts'
import { leastRecent } from './least-recent.ts'
import { allPairs, atLeast, orderOf, pairs } from './ranking.ts'

/** Bits of a weight, as in the router's registers. NoC section 10.9. */
export const weightBits = 8

/** Bits of the flits that an input may have sent beyond its share: a packet that began with one flit of the share left. */
export const debtBits = (longestPacket: number, greatestWeight: number): number =>
  Math.max(weightBits, bitsFor(Math.ceil(((longestPacket + greatestWeight) * 4) / 3)))

/**
 * Orders the `n` inputs of an output virtual channel by start-time fair queueing over flits, in whole rounds of virtual time:
 * in a round each input may begin packets until it has sent as many flits as its weight says, and a packet that is longer is
 * paid for in the rounds to come. A round ends when every input that could move has had its share, so one that asks for less
 * holds nobody up and saves nothing up. Within a round, inputs take turns packet by packet.
 *
 * Ports: `weights` one per input if they are adjustable, 0 counts as 1, changed at any time; `sent` n bits, whose flit leaves in this cycle, one-hot
 * or zero; `waiting` who has a flit for this channel, `moving` who of them has room; `before` one bit per pair, see `orderOf`.
 * Timing: `before` depends on registers only. Flits count from the cycle after the one behind they left.
 * Reset: a round begins, input 0 goes first.
 * Source: NoC section 10.6, policy sourceWeighted; section 12.4.
 */
export const sourceWeighted = once((weights: readonly number[] | { readonly adjustable: number }, bits: number) => {
  const n = 'adjustable' in weights ? weights.adjustable : weights.length
  const adjustable = 'adjustable' in weights
  return module(
    adjustable ? `source_weighted_${n}x${bits}` : `source_weighted_${weights.join('_')}x${bits}`,
    {
      ...(adjustable && { weights: Array.from({ length: n }, () => input(uint(weightBits))) }),
      sent: input(uint(n)),
      waiting: input(uint(n)),
      moving: input(uint(n)),
      before: output(uint(pairs(n))),
    },
    (ports) => {
      const { sent, waiting, moving, before } = ports
      // The choice ends late in the cycle: its flit is charged in the next one.
      const charged = reg(uint(n), 0)
      charged.next(sent)
      const turns = instance(leastRecent(n))
      turns.served.drive(sent)
      const inTurn = orderOf(turns.before)

      const debts = Array.from({ length: n }, (_, one) => reg(uint(bits), 0, `debt_${one}`) as RegisterOf)
      const shares = debts.map((_, one) =>
        adjustable
          ? adjusted((ports as unknown as { weights: UInt[] }).weights[one]!, bits)
          : fixed(Math.max(1, weights[one]!), bits),
      )
      const overBits = cat(...debts.map((debt, one) => shares[one]!.reachedBy(debt)).toReversed()).named('over')
      const round = waiting
        .any()
        .not()
        .or(moving.any().and(moving.and(overBits.not()).any().not()))
        .named('round')

      debts.forEach((debt, one) => {
        // From three quarters of the range on nothing is added: no packet of legal length gets there.
        const grows = charged
          .bit(one)
          .and(
            debt
              .bit(bits - 1)
              .and(debt.bit(bits - 2))
              .not(),
          )
          .named(`grows_${one}`)
        const pays = round.and(overBits.bit(one)).named(`pays_${one}`)
        const next = shares[one]!.after(debt, pays, grows)
        when(round.and(overBits.bit(one).not()).and(grows.not()), () => debt.next(0)).otherwise(() => debt.next(next))
      })

      // Between the end of a round and the next one's begin a cycle passes: then those go first who will have a share.
      const farOver = debts.map((debt, one) => shares[one]!.twiceReachedBy(debt).named(`far_over_${one}`))
      const order = allPairs(n).map(([low, high]): Bit => {
        const [lowOver, highOver] = [overBits.bit(low), overBits.bit(high)]
        const [lowFar, highFar] = [farOver[low]!, farOver[high]!]
        const worse = highOver.and(lowOver.not()).or(highFar.and(lowFar.not()))
        return worse.or(highOver.eq(lowOver).and(highFar.eq(lowFar)).and(inTurn(low, high)))
      })
      before.drive(cat(...order.toReversed()))
    },
  )
})

interface RegisterOf extends UInt {
  next(value: UInt | number): void
}

/** How much an input may send in a round, and what its debt is after a cycle. */
interface Share {
  readonly reachedBy: (debt: UInt) => Bit
  readonly twiceReachedBy: (debt: UInt) => Bit
  readonly after: (debt: UInt, pays: Bit, grows: Bit) => UInt
}

/** A share that is known when the hardware is built. */
const fixed = (weight: number, bits: number): Share => ({
  reachedBy: (debt) => atLeast(debt, weight),
  twiceReachedBy: (debt) => atLeast(debt, 2 * weight),
  after: (debt, pays, grows) => {
    const change = (by: number): UInt => literal(bits, by < 0 ? 2 ** bits + by : by)
    return debt.addWrap(mux(pays, mux(grows, change(1 - weight), change(-weight)), mux(grows, change(1), change(0))))
  },
})

/** A share out of a register. */
const adjusted = (weight: UInt, bits: number): Share => {
  const share: UInt = mux(weight.any(), weight, 1).extend(bits)
  return {
    reachedBy: (debt) => debt.ge(share),
    twiceReachedBy: (debt) => debt.slice(1, bits - 1).ge(share.truncate(bits - 1)),
    after: (debt, pays, grows) => debt.addWrap((grows as UInt).extend(bits)).subWrap(mux(pays, share, 0)),
  }
}
