/** COPY: what goes in comes out. */
import { module } from '#edsl'
import { logicPorts } from './logic-ports.ts'

/**
 * Passes all bytes on.
 *
 * Ports: those of every logic unit.
 * Timing: a line per cycle, in the same cycle.
 * Source: services section 6.7.2.
 */
export const copyLogic = module('logic_copy', logicPorts, ({ clear, from, to, busy }) => {
  const { last, bytes, data } = from.payload
  to.payload.drive({ bytes, data })
  to.valid.drive(from.valid.and(last.not()).and(clear.not()))
  from.ready.drive(to.ready.or(last))
  busy.drive(0)
})
