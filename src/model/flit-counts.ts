/**
 * Flits at a pair of network streams: FLITS_CTRL and FLITS_BYP. A read may or may not show what was delivered in its very
 * cycle. TCU section 2.4, docs/decisions/0021.
 */
export class FlitCounts {
  transmitted = 0
  #received = 0
  /** The count before cycle `#cycle`. */
  #before = 0
  #cycle = -1

  deliver(cycle: number): void {
    if (this.#cycle !== cycle) {
      this.#before = this.#received
      this.#cycle = cycle
    }
    this.#received++
  }

  clear(): void {
    this.transmitted = 0
    this.#received = 0
    this.#before = 0
  }

  get value(): bigint {
    return BigInt(this.transmitted >>> 0) * 0x1_0000_0000n + BigInt(this.#received >>> 0)
  }

  /** Whether a read in `cycle` may show `value`. */
  allows(value: bigint, cycle: number): boolean {
    const received = Number(value & 0xffff_ffffn)
    const least = this.#cycle === cycle ? this.#before : this.#received
    return Number(value >> 32n) === this.transmitted >>> 0 && received >= least && received <= this.#received
  }
}
