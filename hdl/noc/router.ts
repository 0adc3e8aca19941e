/** The router: where packets wait, turn and are chosen. */
import { assert, cat, connect, input, instance, literal, module, mux, output, stream } from '#edsl'
import { fifo, packetMerge } from '#hdl/lib'
import { asHead, flit, perPacket } from './flit.ts'
import type { NetworkPlan, RouterPlan } from './plan.ts'

/**
 * Forwards packets of one message class from `from` to `to`: a wormhole router with a queue of `depth` flits per input.
 *
 *     from ──> queue ──> way out, found at the head ──> turns in use ──> packet merge ──> to
 *
 * Ports: `from` one stream per entry of `plan.inputs`, `to` one per entry of `plan.outputs`, in their order.
 * Timing: one cycle: a flit that is in the queue when a cycle begins is in the next router's queue, or at the module, when
 * it ends. Each output moves one flit per cycle. `ready` of `from` comes out of a register; `valid` of `to` does not wait
 * for `ready`.
 * Reset: queues empty, no packet under way.
 * Source: NoC sections 10.2 to 10.4, 10.6 (roundRobin).
 */
export const router = (plan: RouterPlan, { chip, host }: Pick<NetworkPlan, 'chip' | 'host'>, depth: number) =>
  module(
    `router_x${plan.place.x}_y${plan.place.y}`,
    { from: plan.inputs.map(() => input(stream(flit))), to: plan.outputs.map(() => output(stream(flit))) },
    ({ from, to }) => {
      const merges = plan.outputs.map((exit, index) => {
        const entries = plan.inputs.filter((entry) => plan.turns(entry, exit))
        const merge = instance(packetMerge(entries.length), `merge_${exit}`)
        connect(to[index]!, merge.to)
        return { entries, streams: merge.from, targets: literal(256, plan.targets(exit)).named(`targets_${exit}`) }
      })

      const queueOfFlits = fifo(flit, depth)
      plan.inputs.forEach((entry, index) => {
        const queue = instance(queueOfFlits, `queue_${entry}`)
        connect(queue.from, from[index]!)

        const head = asHead(queue.to.payload)
        // Packets for the host's chip leave through the host port of this one.
        const mod = host ? mux(head.targetChip.eq(chip), head.targetMod, host.mod) : head.targetMod
        const target = mod.named(`target_${entry}`)
        const exits = merges.filter(({ entries }) => entries.includes(entry))
        const leadsTo = exits.map(({ targets }) => targets.bit(target))
        const { decision } = perPacket(queue.to, cat(...leadsTo.reverse()), `way_${entry}`)

        const taken = exits.map(({ entries, streams }, number) => {
          const turn = streams[entries.indexOf(entry)]!
          turn.payload.drive(queue.to.payload)
          turn.valid.drive(queue.to.valid.and(decision.bit(number)))
          return decision.bit(number).and(turn.ready)
        })
        queue.to.ready.drive(taken.reduce((any, one) => any.or(one)))

        const oneWay = decision.any().and(decision.and(decision.subWrap(1)).eq(0))
        assert(queue.to.valid.not().or(oneWay), `every packet from ${entry} has one way out`)
      })
    },
  )
