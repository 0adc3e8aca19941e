/** The last check before a module. */
import { bit, input, module, output, stream } from '#edsl'
import { nocId } from '#layout'
import { asHead, flit, perPacket } from '../flit.ts'
import { isOneOf, roleOf } from './streams.ts'

/**
 * Lets packets through that are for this module and forgets others. A gateway also takes everything for the chips behind it.
 *
 * Ports: `own` the module's id; `from` the network; `to` the module; `misdelivered` one cycle per packet of somebody else.
 * Timing: flits pass within the cycle.
 * Reset: a packet begins.
 * Source: NoC section 10.5.
 */
export const ejection = (behind: readonly number[]) =>
  module(
    `ejection_${roleOf(behind)}`,
    { own: input(nocId), from: input(stream(flit)), to: output(stream(flit)), misdelivered: output(bit) },
    ({ own, from, to, misdelivered }) => {
      const head = asHead(from.payload)
      const forOwn = head.targetChip.eq(own.chip).and(head.targetMod.eq(own.mod))
      const forMe = forOwn.or(isOneOf(head.targetChip, behind))
      const { atHead, decision } = perPacket(from, forMe, 'mine')
      const mine = decision.bit(0)

      to.payload.drive(from.payload)
      to.valid.drive(from.valid.and(mine))
      from.ready.drive(to.ready.or(mine.not()))
      misdelivered.drive(from.fire.and(atHead).and(mine.not()))
    },
  )
