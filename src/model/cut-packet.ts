/** A packet that TCU_RESET cut while it was leaving: it keeps its length, with flits of bsel 0. TCU section 6.4. */
import { bodyControl, cutBody } from './flits.ts'

/** A flit that was complete when the reset came, and how many follow it in its packet. */
export interface Offer {
  readonly flit: bigint
  readonly mask: bigint
  readonly behind: number
}

const matches = (flit: bigint, due: bigint, mask: bigint): boolean => ((flit ^ due) & mask) === 0n

export class CutPacket {
  /** Cycle of the reset: a flit that leaves in it has left in time. */
  readonly #cycle: number
  #offers: readonly Offer[]
  /** Flits that have to leave; 0 when no packet had begun. */
  #left: number

  constructor(cycle: number, left: number, offers: readonly Offer[]) {
    this.#cycle = cycle
    this.#left = left
    this.#offers = offers
  }

  /** Flits have to leave, before anything else of this class may. */
  get open(): boolean {
    return this.#left > 0
  }

  /** The next flit without its data. */
  get next(): bigint {
    return cutBody(this.#left === 1)
  }

  /** Takes a flit that leaves; false when it is none of this packet. */
  take(flit: bigint, cycle: number): boolean {
    const inTime = this.open || cycle === this.#cycle
    const offer = inTime ? this.#offers.find((each) => matches(flit, each.flit, each.mask)) : undefined
    if (offer === undefined && !(this.open && matches(flit, this.next, bodyControl))) return false
    this.#left = offer?.behind ?? this.#left - 1
    this.#offers = []
    return true
  }
}
