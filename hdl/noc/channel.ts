/** What runs between two routers, and between a router and an interface: one flit per cycle, in one of several virtual channels. */
import { bit, bitsFor, input, output, uint } from '#edsl'
import type { NetworkParameters } from '#topology'
import { flit } from './flit.ts'

/** Bits of the age that travels beside a flit under the policy `age`. It stops at its greatest value. */
export const ageBits = 16

/** Bits that say which of `vcs` virtual channels a flit is in. */
export const vcBits = (vcs: number): number => Math.max(1, bitsFor(vcs - 1))

/**
 * One direction of a physical link, seen from its sender (`flip` it for the receiver).
 *
 * `valid`, `vc`, `flit`: a flit for virtual channel `vc` moves in every cycle with `valid` 1; there is no answer in the
 * cycle. `room`: bit v is 1 when the receiver can take a flit of virtual channel v in this cycle; it comes out of registers,
 * so it depends on nothing of the same cycle, and the sender sends only where there is room. Where `flitsUnderWay` is 1 the
 * sender looks at `room` one cycle before its flit arrives, so the receiver says `room` only when it can take one flit more.
 * Source: NoC section 10.4.
 */
export const channel = (vcs: number) => ({
  valid: output(bit),
  vc: output(uint(vcBits(vcs))),
  flit: output(flit),
  room: input(uint(vcs)),
})

/**
 * A channel whose flits carry their age: the cycles that the packet's head has waited so far, saturating, meant at heads
 * only. An interface sends the cycles that the head stood first in its queue. Source: NoC section 10.6.
 */
export const agedChannel = (vcs: number) => ({ ...channel(vcs), age: output(uint(ageBits)) })

/** A channel as the policy of the network needs it: with an `age` for `age`, without for all others. */
export const channelOf = (
  { arbitration }: Pick<NetworkParameters, 'arbitration'>,
  vcs: number,
): ReturnType<typeof channel> & Partial<Pick<ReturnType<typeof agedChannel>, 'age'>> =>
  arbitration === 'age' ? agedChannel(vcs) : channel(vcs)

/** Flits that a router may still send to a virtual channel after its `room` has gone: 1 with a register behind the choice. */
export const flitsUnderWay = ({
  pipeline,
  outputRegister,
}: Pick<NetworkParameters, 'pipeline' | 'outputRegister'>): 0 | 1 => (pipeline === 'two' || outputRegister ? 1 : 0)
