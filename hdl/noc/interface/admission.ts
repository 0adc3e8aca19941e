/** Who may send what to whom. */
import { assert, bit, implies, input, literal, module, mux, cat, output, pack, stream } from '#edsl'
import { headFlit, nocId } from '#layout'
import type { Network } from '#topology'
import { asHead, flit, perPacket } from '../flit.ts'
import { isOneOf, modesOf, roleOf, setOf } from './streams.ts'

/** Distinguishes the existing targets of one network from those of another. */
export interface Targets {
  /** Own chip. */
  readonly chip: number
  /** Ids of the modules that exist, register windows of routers included. */
  readonly mods: readonly number[]
  /** Other chips that have a gateway. */
  readonly chips: readonly number[]
}

/** The targets that exist in a network. */
export const targetsOf = (network: Network): Targets => ({
  chip: network.chip,
  mods: network.modules.map(({ mod }) => mod),
  chips: [...network.gateways.keys()],
})

/**
 * Lets packets of a class into the network, with the source stamped, and sets packets for missing modules apart.
 *
 * A packet whose mode belongs to another class is taken and forgotten. A gateway keeps source ids of the chips behind it.
 *
 * Ports: `own` the module's id; `from` packets of the module; `to` the network; `missing` packets whose target does not exist;
 * `wrongMode`, `missingTarget` one cycle per such packet.
 * Timing: flits pass within the cycle.
 * Reset: a packet begins.
 * Source: NoC section 10.5, items 1 to 3.
 */
export const admission = (
  messageClass: number,
  classes: Network['classes'],
  targets: Targets,
  behind: readonly number[],
) =>
  module(
    `admission_${roleOf(behind)}_class${messageClass}`,
    {
      own: input(nocId),
      from: input(stream(flit)),
      to: output(stream(flit)),
      missing: output(stream(flit)),
      wrongMode: output(bit),
      missingTarget: output(bit),
    },
    ({ own, from, to, missing, wrongMode, missingTarget }) => {
      const head = asHead(from.payload)
      const onChip = head.targetChip
        .eq(targets.chip)
        .and(literal(256, setOf(targets.mods)).named('existing').bit(head.targetMod))
      const exists = onChip.or(isOneOf(head.targetChip, targets.chips))
      const rightMode = literal(16, modesOf(messageClass, classes)).named('modes').bit(head.mode)
      const { atHead, decision } = perPacket(from, cat(rightMode.and(exists.not()), rightMode.and(exists)), 'verdict')
      const enters = decision.bit(0)
      const unanswerable = decision.bit(1)

      const source =
        behind.length > 0
          ? mux(
              isOneOf(head.sourceChip, behind),
              { chip: head.sourceChip, mod: head.sourceMod },
              { chip: own.chip, mod: own.mod },
            )
          : own
      const stamped = pack(headFlit, { ...head, arq: 0, sourceChip: source.chip, sourceMod: source.mod })
      const sent = mux(atHead, stamped, from.payload)

      to.payload.drive(sent)
      to.valid.drive(from.valid.and(enters))
      missing.payload.drive(sent)
      missing.valid.drive(from.valid.and(unanswerable))
      from.ready.drive(mux(enters, to.ready, mux(unanswerable, missing.ready, 1)))

      wrongMode.drive(from.fire.and(atHead).and(rightMode.not()))
      missingTarget.drive(from.fire.and(atHead).and(unanswerable))

      // P-14
      const entering = asHead(to.payload)
      const begins = to.valid.and(atHead)
      const mine = entering.sourceChip.eq(own.chip).and(entering.sourceMod.eq(own.mod))
      const ours = mine.or(isOneOf(entering.sourceChip, behind))
      assert(implies(begins, ours), 'what enters has the own source')
      assert(implies(begins, rightMode.and(exists)), 'what enters has a mode of its class, and a target')
      assert(to.valid.and(missing.valid).not(), 'a packet goes one way')
    },
  )
