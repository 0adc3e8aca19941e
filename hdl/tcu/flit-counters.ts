/** The counters of flits. */
import { type Bit, reg, uint, type UInt, when } from '#edsl'
import type { Window } from './window.ts'

/** What the counters count in this cycle. */
export interface FlitEvents {
  /** Flits at the network streams. */
  readonly flitsIn: UInt<2>
  readonly flitsOut: UInt<2>
  /** Dropped flits and packets. */
  readonly drops: readonly { readonly flits: Bit; readonly packet: Bit }[]
}

/**
 * Counts flits inside the module whose body is running, and shows FLITS_CTRL and FLITS_DROP. They wrap.
 *
 * Source: TCU interface 2.0.1, section 2.4.
 */
export const flitCounters = (window: Window, { flitsIn, flitsOut, drops }: FlitEvents, resets: Bit): void => {
  const flitsReceived = reg(uint(32), 0)
  const flitsTransmitted = reg(uint(32), 0)
  const flitsDropped = reg(uint(32), 0)
  const packetsDropped = reg(uint(32), 0)
  const sum = (total: UInt<32>, counts: readonly UInt[]): UInt<32> =>
    counts.reduce<UInt<32>>((all, one) => all.addWrap(one.extend(32)), total)
  flitsReceived.next(sum(flitsReceived, [flitsIn]))
  flitsTransmitted.next(sum(flitsTransmitted, [flitsOut]))
  flitsDropped.next(
    sum(
      flitsDropped,
      drops.map(({ flits }) => flits),
    ),
  )
  packetsDropped.next(
    sum(
      packetsDropped,
      drops.map(({ packet }) => packet),
    ),
  )
  when(resets, () => {
    for (const counter of [flitsReceived, flitsTransmitted, flitsDropped, packetsDropped]) counter.next(0)
  })
  window.FLITS_CTRL.show({ transmitted: flitsTransmitted, received: flitsReceived })
  window.FLITS_DROP.show({ erroneousPackets: packetsDropped, droppedFlits: flitsDropped })
}
