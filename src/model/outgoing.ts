/** The packet that a module is sending in one class, made as long as it says. NoC sections 10.5 (item 4) and 10.7. */
import { bodyFlit, burstLengthBits } from '#layout'
import { fieldMask, ones } from './bits.ts'
import { flitBurst, flitData0 } from './flits.ts'
import type { InterfaceCounts } from './interface-counts.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** Takes a flit of the packet that enters; the bits of `open` are not specified. */
type Enter = (flit: bigint, open: bigint, cycle: number) => void

const burstBit = fieldMask(bodyFlit, 'burst')
/** `arq` is 0 on chip. NoC section 6.2. */
const kept = ones(bodyFlit.bits) & ~burstBit & ~fieldMask(bodyFlit, 'arq')
const lengthMask = ones(burstLengthBits)
/** Data of flits with bsel 0x00 that an interface adds. */
const openLine = ones(128)

/** Whether a head announces more flits and says that there are none. */
export const isEmptyBurst = (head: bigint): boolean => flitBurst(head) && (flitData0(head) & lengthMask) === 0n

export class Outgoing {
  readonly #counts: InterfaceCounts
  readonly #enter: Enter
  /** Continuation flits that are still to come. */
  #left = 0
  /** The packet has ended and the module's own tail has not come yet. */
  #discards = false
  /** Cycle of the head, and flits of the module since then. */
  #begun = 0
  #followed = 0

  constructor(counts: InterfaceCounts, enter: Enter) {
    this.#counts = counts
    this.#enter = enter
  }

  /** Whether the next flit of the module begins a packet. */
  get atHead(): boolean {
    return this.#left === 0 && !this.#discards
  }

  /** Takes a flit of the module. */
  take(flit: bigint, cycle: number): void {
    const more = flitBurst(flit)
    if (this.#discards) this.#discards = more
    else if (this.#left === 0) this.#head(flit, more, cycle)
    else this.#body(flit, more, cycle)
  }

  /** The transmit guard ends the packet of a module that has been silent for `limit` cycles. */
  stop(limit: number, cycle: number): Refusal | undefined {
    if (limit === 0 || this.#left === 0)
      return refuse('no end', 'the transmit guard ends a packet that has begun and not ended', 'noc.md 10.7')
    const silent = cycle - this.#begun - this.#followed
    if (silent < limit)
      return refuse(`${limit} cycles of silence`, `the module was silent for at most ${silent}`, 'noc.md 10.7')
    this.#counts.stoppedBurst++
    this.#discards = true
    this.#fill(cycle)
    return undefined
  }

  #head(flit: bigint, more: boolean, cycle: number): void {
    if (isEmptyBurst(flit)) {
      this.#counts.emptyBurst++
      this.#discards = true
      return
    }
    this.#left = more ? Number(flitData0(flit) & lengthMask) : 0
    this.#begun = cycle
    this.#followed = 0
    this.#enter(flit & (kept | burstBit), 0n, cycle)
  }

  #body(flit: bigint, more: boolean, cycle: number): void {
    this.#left--
    this.#followed++
    this.#enter((flit & kept) | (this.#left > 0 ? burstBit : 0n), 0n, cycle)
    if (more && this.#left === 0) {
      this.#counts.cutBurst++
      this.#discards = true
    } else if (!more && this.#left > 0) {
      this.#counts.filledBurst++
      this.#fill(cycle)
    }
  }

  /** The announced flits that the module does not send: bsel 0x00. */
  #fill(cycle: number): void {
    while (this.#left > 0) {
      this.#left--
      this.#enter(this.#left > 0 ? burstBit : 0n, openLine, cycle)
    }
  }
}
