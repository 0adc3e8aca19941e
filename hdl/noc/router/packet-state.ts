/** Where the packets at the fronts want to go, and which output virtual channels they hold. */
import { assert, bit, type Bit, implies, mux, reg, uint, type UInt } from '#edsl'
import type { Moves } from './allocate.ts'
import type { RouterPlan } from './plan-router.ts'
import { allOf, anyOf, atMostOne } from './ranking.ts'

/** A front as the buffer shows it. */
interface Front {
  readonly valid: Bit
  readonly more: Bit
  readonly key: UInt
}

/** A flit at the front of an input virtual channel, seen from an output virtual channel that it may want. */
export interface Request {
  readonly input: number
  readonly vc: number
  readonly output: number
  readonly outputVc: number
  /** It wants to leave there. */
  readonly waits: Bit
  /** It wants to, and there is room. */
  readonly moves: Bit
  /** It may leave there in this cycle: besides, no other packet holds the output virtual channel. */
  readonly may: Bit
}

export interface PacketState {
  readonly requests: readonly Request[]
  /** An output has a virtual channel with a packet that has begun and not ended. */
  readonly holding: (output: number) => Bit
  /** What happens to a packet when flits move. */
  readonly advance: (moves: Moves) => void
}

/**
 * A packet's way is found at its head and kept until its tail has left. An output virtual channel is held from head to tail.
 * Source: NoC sections 10.2, 10.3.
 */
export const packetState = (
  plan: RouterPlan,
  buffers: readonly { readonly fronts: readonly Front[] }[],
  rooms: readonly UInt[],
): PacketState => {
  const held = plan.exits.map((exits) =>
    exits.map(({ output, vc }) => ({ vc, register: reg(bit, 0, `held_${output}_${vc}`) })),
  )
  const heldAt = (output: number, vc: number) => held[output]!.find((one) => one.vc === vc)!.register

  const fronts = plan.entries.flatMap(({ input, name, channels }) =>
    channels.flatMap(({ vc, table, exits }) => {
      if (!table) return []
      const front = buffers[input]!.fronts[vc]!
      const inside = reg(bit, 0, `inside_${name}_${vc}`)
      const wanted = exits.map(({ output, vc: outputVc }, way) => {
        const found = table.takes(way, front.key)
        if (exits.length === 1) return { output, outputVc, wants: found }
        const kept = reg(bit, undefined, `way_${name}_${vc}_${output}`)
        const wants = mux(inside, kept, found).named(`wants_${name}_${vc}_${output}`)
        kept.next(wants)
        return { output, outputVc, wants }
      })
      // P-5: a packet's flits leave where its head's key leads, and nowhere else.
      if (exits.length > 1) {
        const headKey = reg(uint(front.key.expression.bits), undefined, `head_key_${name}_${vc}`)
        headKey.next(mux(inside, headKey, front.key))
        const right = wanted.map(({ wants }, way) => wants.eq(table.takes(way, headKey)))
        assert(
          implies(inside, allOf(right)),
          `a packet in virtual channel ${vc} of ${name} stays on the way of its head`,
        )
      }
      return [{ input, vc, front, inside, wanted }]
    }),
  )
  const requests = fronts.flatMap(({ input, vc, front, inside, wanted }) =>
    wanted.map(({ output, outputVc, wants }): Request => {
      const waits = front.valid.and(wants)
      const moves = waits.and(rooms[output]!.bit(outputVc))
      return { input, vc, output, outputVc, waits, moves, may: moves.and(inside.or(heldAt(output, outputVc).not())) }
    }),
  )

  return {
    requests,
    holding: (output) => anyOf(held[output]!.map(({ register }) => register)),
    advance: ({ taken, granted }) => {
      const begun = reg(bit, 0)
      begun.next(1)
      const nothing = [...held.flat().map(({ register }) => register), ...fronts.map(({ inside }) => inside)]
      assert(begun.or(anyOf(nothing).not()), 'no packet is under way after reset')
      for (const { input, vc, front, inside } of fronts) inside.next(mux(taken[input]![vc]!, front.more, inside))
      plan.exits.flat().forEach(({ output, vc: outputVc }) => {
        const register = heldAt(output, outputVc)
        const leaving = granted.filter((one) => one.output === output && one.outputVc === outputVc)
        const more = leaving.map(({ input, vc, here }) => here.and(buffers[input]!.fronts[vc]!.more))
        register.next(mux(anyOf(leaving.map(({ here }) => here)), anyOf(more), register))
        // P-6: a lock exists exactly between head and tail, and one packet has it.
        const inside = fronts.flatMap((one) =>
          one.wanted
            .filter((way) => way.output === output && way.outputVc === outputVc)
            .map(({ wants }) => one.inside.and(wants)),
        )
        if (inside.length > 1)
          assert(atMostOne(inside), `one packet holds virtual channel ${outputVc} of output ${output}`)
        assert(register.eq(anyOf(inside)), `virtual channel ${outputVc} of output ${output} is held from head to tail`)
      })
      for (const { input, vc, inside, wanted } of fronts) {
        const ways = wanted.map(({ wants }) => wants)
        if (ways.length < 2) continue
        assert(
          implies(inside.or(buffers[input]!.fronts[vc]!.valid), atMostOne(ways).and(anyOf(ways))),
          `every packet in virtual channel ${vc} of input ${input} has one way out`,
        )
      }
    },
  }
}
