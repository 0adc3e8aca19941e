/** What runs between two routers, and between a router and an interface: one flit per cycle, in one of several virtual channels. */
import { bit, bitsFor, input, output, uint } from '#edsl'
import { flit } from './flit.ts'

/**
 * One direction of a physical link, seen from its sender (`flip` it for the receiver).
 *
 * `valid`, `vc`, `flit`: a flit for virtual channel `vc` moves in every cycle with `valid` 1; there is no answer in the
 * cycle. `room`: bit v is 1 when the receiver can take a flit of virtual channel v in this cycle; it comes out of registers,
 * so it depends on nothing of the same cycle, and the sender sends only where there is room.
 * Source: NoC section 10.4.
 */
export const channel = (vcs: number) => ({
  valid: output(bit),
  vc: output(uint(Math.max(1, bitsFor(vcs - 1)))),
  flit: output(flit),
  room: input(uint(vcs)),
})
