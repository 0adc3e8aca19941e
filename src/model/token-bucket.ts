/** The rate limit of an interface: requests may begin while there is a token. NoC section 10.6. */

/** Tokens come in parts of 256. */
const whole = 256

export class TokenBucket {
  readonly #flits: number
  readonly #most: number
  #tokens = 0
  #at = 0

  /** `flits` tokens come in 256 cycles, `burst` fit. */
  constructor({ flits, burst }: { readonly flits: number; readonly burst: number }) {
    this.#flits = flits
    this.#most = burst * whole
  }

  /** Whether a packet may begin. */
  allows(cycle: number): boolean {
    return this.#grown(cycle) >= whole
  }

  /** A flit has entered. */
  pay(cycle: number): void {
    this.#tokens = Math.min(this.#most, this.#grown(cycle) + this.#flits - whole)
    this.#at = cycle + 1
  }

  #grown(cycle: number): number {
    return Math.min(this.#most, this.#tokens + this.#flits * Math.max(0, cycle - this.#at))
  }
}
