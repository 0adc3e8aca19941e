/** Pulses from one clock to another. */
import { bit, inDomain, input, module, output, reg, when } from '#edsl'
import { read, write } from './crossing-domains.ts'
import { synchronised } from './synchroniser.ts'

/**
 * Brings pulses from domain `write` to domain `read`: for each cycle in which `from` is 1 there, one in which `to` is 1 here.
 *
 * Pulses have to be two cycles of `read` apart or more; of two that are closer both are lost, or become one. Where that can
 * happen, send them as payloads of a `handshakeCrossing` or an `asyncFifo`.
 *
 * Ports: `from` pulses of domain `write`; `to` pulses of domain `read`.
 * Timing: two to three cycles of `read` after the edge of `write` at the end of the pulse.
 * Reset: no pulse is on the way. Both domains are reset together, for one cycle of each at the same time.
 */
export const pulseCrossing = () =>
  module(
    'pulse_crossing',
    { from: input(bit, { domain: write }), to: output(bit, { domain: read }) },
    ({ from, to }) => {
      const level = inDomain(write, () => {
        const turned = reg(bit, 0)
        when(from, () => turned.next(turned.not()))
        return turned
      })
      inDomain(read, () => {
        const arrived = synchronised(level, 'arrived')
        const seen = reg(bit, 0)
        seen.next(arrived)
        to.drive(arrived.xor(seen))
      })
    },
  )
