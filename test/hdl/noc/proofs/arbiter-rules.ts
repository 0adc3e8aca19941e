/** P-11 of NoC section 11.1: how often others are served before somebody who waits. */
import {
  assert,
  type Bit,
  bit,
  bitsFor,
  cat,
  cover,
  elaborate,
  implies,
  input,
  instance,
  literal,
  module,
  mux,
  reg,
  uint,
  type UInt,
  when,
} from '#edsl'
import type { Design } from '#ir'
import { leastRecent } from '../../../../hdl/noc/router/least-recent.ts'
import { byLevel } from '../../../../hdl/noc/router/levels.ts'
import { anyOf, firstOf, orderOf } from '../../../../hdl/noc/router/ranking.ts'
import { sourceWeighted } from '../../../../hdl/noc/router/source-weighted.ts'

type Counter = UInt & { next(value: UInt | number): void }

/** Asserts that each requester is passed over `bound` times at most, counting while `waits`. */
const passedOver = (waits: readonly Bit[], winners: readonly Bit[], bounds: readonly number[]): void => {
  waits.forEach((waiting, one) => {
    const bound = bounds[one]!
    const passed = reg(uint(bitsFor(bound + 1)), 0, `passed_${one}`) as unknown as Counter
    const others = anyOf(winners.filter((_, other) => other !== one))
    when(winners[one]!, () => passed.next(0)).elseWhen(waiting.and(others).and(passed.le(bound)), () =>
      passed.next(passed.addWrap(1)),
    )
    assert(passed.le(bound), `P-11: requester ${one} is served after ${bound} others at most`)
  })
  cover(
    anyOf(waits.map((waiting, one) => waiting.and(winners[one]!.not()).and(anyOf([...winners])))),
    'somebody is passed over',
  )
}

/** Requesters served in turn: each waits for each other one once at most. */
export const turnsProof = (n: number): Design =>
  elaborate(
    module(`turns_rules_${n}`, { request: input(uint(n)), open: input(bit) }, ({ request, open }) => {
      const part = instance(leastRecent(n), 'turns')
      const requests = Array.from({ length: n }, (_, one) => request.bit(one))
      const winners = firstOf(requests, orderOf(part.before)).map((wins) => wins.and(open))
      part.served.drive(cat(...winners.toReversed()) as never)
      assert(implies(request.any().and(open), anyOf(winners)), 'P-11: somebody is served when somebody asks')
      passedOver(
        requests,
        winners,
        requests.map(() => n - 1),
      )
    }),
  )

/** Requesters served by level: `bound` others of lower levels, and then one service of each of the others. */
export const levelsProof = (levels: readonly number[], bound: number): Design =>
  elaborate(
    module(
      `levels_rules_${levels.join('_')}`,
      { request: input(uint(levels.length)), open: input(bit) },
      ({ request, open }) => {
        const part = instance(byLevel(levels, bound), 'turns')
        const requests = levels.map((_, one) => request.bit(one))
        const winners = firstOf(requests, orderOf(part.before)).map((wins) => wins.and(open))
        part.request.drive(request)
        part.served.drive(cat(...winners.toReversed()) as never)
        assert(implies(request.any().and(open), anyOf(winners)), 'P-11: somebody is served when somebody asks')
        passedOver(
          requests,
          winners,
          levels.map(() => bound + levels.length - 1),
        )
      },
    ),
  )

/**
 * Inputs of an output virtual channel that send packets of up to `longest` flits, which may come slowly; the output has room
 * when it likes. A head that waits is passed by no more flits of others than `routerBound` says for one virtual channel.
 */
export const weightsProof = (
  weights: readonly number[],
  longest: number,
  bounds = weightBounds(weights, longest),
): Design => {
  const n = weights.length
  const greatest = Math.max(...weights)
  const bits = bitsFor(Math.ceil(((longest + greatest) * 4) / 3))
  return elaborate(
    module(
      `weights_rules_${weights.join('_')}x${longest}`,
      { comes: input(uint(n)), ready: input(uint(n)), more: input(uint(n)), room: input(bit) },
      ({ comes, ready, more, room }) => {
        const part = instance(sourceWeighted(weights, bits), 'rank')
        const ports = part as unknown as Record<'sent' | 'waiting' | 'moving', { drive(value: UInt): void }>
        const inputs = weights.map((_, one) => {
          const head = reg(bit, 0, `head_${one}`)
          const inside = reg(bit, 0, `inside_${one}`)
          const left = reg(uint(bitsFor(longest)), 0, `left_${one}`) as unknown as Counter
          const waits = mux(inside, ready.bit(one), head)
          return { one, head, inside, left, waits }
        })
        const held = anyOf(inputs.map(({ inside }) => inside))
        const may = inputs.map(({ waits, inside }) => waits.and(room).and(inside.or(held.not())))
        const winners = firstOf(may, orderOf(part.before))
        const follows = inputs.map(({ one, inside, left }) =>
          more
            .bit(one)
            .and(inside.and(left.le(1)).not())
            .and(literal(1, longest > 1 ? 1 : 0)),
        )
        for (const { one, head, inside, left } of inputs) {
          head.next(
            winners[one]!.not()
              .or(inside)
              .and(head.or(comes.bit(one).and(inside.not()))),
          )
          when(winners[one]!, () => {
            inside.next(follows[one]!)
            left.next(mux(inside, left.subWrap(1), (longest - 1) as never))
          })
        }
        const word = (of: readonly Bit[]): UInt => cat(...of.toReversed())
        ports.sent.drive(word(winners))
        ports.waiting.drive(word(inputs.map(({ waits }) => waits)))
        ports.moving.drive(word(inputs.map(({ waits }) => waits.and(room))))
        assert(implies(anyOf(may), anyOf(winners)), 'P-11: something moves when something may')
        assert(implies(anyOf(winners), room), 'P-11: a flit that is granted has room')
        passedOver(
          inputs.map(({ head, inside }) => head.and(inside.not())),
          winners,
          bounds,
        )
      },
    ),
  )
}

/** What `routerBound` says for each input of such an arbiter. */
const weightBounds = (weights: readonly number[], longest: number): readonly number[] =>
  weights.map((weight, one) => {
    const rounds = Math.ceil(longest / weight) + 3
    const others = weights.filter((_, other) => other !== one)
    const inRounds = others.reduce((sum, each) => sum + (rounds + 1) * each + longest, 0)
    return inRounds + (rounds + 1 + others.length) * longest
  })

/** Two inputs that always have a packet of one flit, one of them with weight 0: it counts as 1. */
export const zeroWeightProof = (): Design =>
  elaborate(
    module('zero_weight_rules', { room: input(bit) }, ({ room }) => {
      const part = instance(sourceWeighted({ adjustable: 2 }, 8), 'rank') as unknown as {
        readonly before: UInt
        readonly weights: readonly { drive(value: number): void }[]
      } & Readonly<Record<'sent' | 'waiting' | 'moving', { drive(value: UInt): void }>>
      const moves = room as unknown as UInt
      const winners = firstOf([room, room], orderOf(part.before))
      part.weights[0]!.drive(0)
      part.weights[1]!.drive(3)
      part.waiting.drive(literal(2, 3))
      part.moving.drive(cat(moves, moves))
      part.sent.drive(cat(...winners.toReversed()))
      passedOver([room.or(room.not()), room.or(room.not())], winners, [15, 15])
    }),
  )
