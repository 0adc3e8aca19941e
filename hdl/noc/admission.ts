/** Who may send what to whom. */
import { bit, cat, input, literal, module, mux, output, pack, stream } from '#edsl'
import { headFlit, hostId, modeClass, nocId } from '#layout'
import { asHead, flit, perPacket } from './flit.ts'
import type { NetworkPlan } from './plan.ts'

/**
 * Lets packets of the class into the network, with the source stamped, and sets packets for missing modules apart.
 *
 * A packet whose mode belongs to another class is taken and forgotten. A gateway keeps source ids of the host's chip.
 *
 * Ports: `own` the module's id; `from` packets of the module; `to` the network; `missing` packets whose target does not exist;
 * `wrongMode`, `missingTarget` one cycle per such packet.
 * Timing: flits pass within the cycle.
 * Reset: a packet begins.
 * Source: NoC section 10.5, items 1 to 3.
 */
export const admission = (messageClass: 0 | 1, role: 'module' | 'gateway', plan: NetworkPlan) =>
  module(
    `admission_${role}_class${messageClass}`,
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
        .eq(plan.chip)
        .and(literal(256, plan.existing).named('existing').bit(head.targetMod))
      const exists = plan.host ? onChip.or(head.targetChip.eq(hostId.chip)) : onChip
      const rightMode = literal(16, modesOf(messageClass)).named('modes').bit(head.mode)
      const { atHead, decision } = perPacket(from, cat(rightMode.and(exists.not()), rightMode.and(exists)), 'verdict')
      const enters = decision.bit(0)
      const unanswerable = decision.bit(1)

      const isHost = head.sourceChip.eq(hostId.chip)
      const source =
        role === 'gateway'
          ? mux(isHost, { chip: head.sourceChip, mod: head.sourceMod }, { chip: own.chip, mod: own.mod })
          : own
      const stamped = pack(headFlit, { ...head, sourceChip: source.chip, sourceMod: source.mod })
      const sent = mux(atHead, stamped, from.payload)

      to.payload.drive(sent)
      to.valid.drive(from.valid.and(enters))
      missing.payload.drive(sent)
      missing.valid.drive(from.valid.and(unanswerable))
      from.ready.drive(mux(enters, to.ready, mux(unanswerable, missing.ready, 1)))

      wrongMode.drive(from.fire.and(atHead).and(rightMode.not()))
      missingTarget.drive(from.fire.and(atHead).and(unanswerable))
    },
  )

/** The modes of a class, as a set of bits. */
const modesOf = (messageClass: number): bigint =>
  modeClass.reduce((set, one, mode) => (one === messageClass ? set | (1n << BigInt(mode)) : set), 0n)
