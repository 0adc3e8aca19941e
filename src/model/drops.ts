/**
 * FLITS_DROP. A packet that a TCU drops counts once as erroneous and with each of its flits as dropped (TCU section 2.4).
 * When the hardware counts it is not visible elsewhere, so a read may show any count between those that are proven
 * (a later request was processed) and those that were delivered; at rest both are the same.
 */
export class Drops {
  flits = 0
  packets = 0
  #passedFlits = 0
  #passedPackets = 0
  #provenFlits = 0
  #provenPackets = 0

  /** A flit of a packet that is dropped was delivered. */
  flit(): void {
    this.flits++
  }

  /** The head of a packet that is dropped was delivered. */
  packet(): void {
    this.packets++
  }

  /** A dropped request of `flits` flits has passed the front of the request queue. */
  passed(flits: number): void {
    this.#passedFlits += flits
    this.#passedPackets++
  }

  /** A request was processed: every drop that passed before it has been counted. */
  prove(): void {
    this.#provenFlits = this.#passedFlits
    this.#provenPackets = this.#passedPackets
  }

  /** Everything is 0 again. TCU section 6.4. */
  clear(): void {
    this.flits = 0
    this.packets = 0
    this.#passedFlits = 0
    this.#passedPackets = 0
    this.prove()
  }

  get value(): bigint {
    return BigInt(this.packets >>> 0) * 0x1_0000_0000n + BigInt(this.flits >>> 0)
  }

  /** Whether a read may show `value`. */
  allows(value: bigint): boolean {
    if (value === this.value) return true
    const flits = Number(value & 0xffff_ffffn)
    const packets = Number(value >> 32n)
    return (
      flits >= this.#provenFlits && flits <= this.flits && packets >= this.#provenPackets && packets <= this.packets
    )
  }
}
