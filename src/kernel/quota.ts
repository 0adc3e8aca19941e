/** Amounts that activities may use up, and split among others. Source: kernel section 1.10. */

/**
 * An amount of something: bytes of kernel memory, endpoints. At all times the total is what is left, what was taken, and
 * the totals of the parts that were split off and not dissolved.
 */
export class Quota {
  readonly id: number
  readonly total: number
  readonly parent: Quota | undefined
  readonly #parts = new Set<Quota>()
  #left: number
  #dissolved = false

  constructor(id: number, total: number, parent?: Quota) {
    this.id = id
    this.total = total
    this.parent = parent
    this.#left = total
  }

  get left(): number {
    return this.#left
  }

  /** What was split off and not dissolved. */
  get parts(): readonly Quota[] {
    return [...this.#parts]
  }

  /** Whether its capability is gone; what comes back then goes to the quota it was split off from. */
  get dissolved(): boolean {
    return this.#dissolved
  }

  /** Whether nothing was taken and nothing split off. */
  get untouched(): boolean {
    return this.#left === this.total
  }

  /** Uses some of it up; false when there is not enough. */
  take(amount: number): boolean {
    if (this.#left < amount) return false
    this.#left -= amount
    return true
  }

  /** Gives back what was taken, to the nearest ancestor that still exists. */
  giveBack(amount: number): void {
    if (this.#dissolved && this.parent !== undefined) this.parent.giveBack(amount)
    else this.#left += amount
  }

  /** Makes a part of it a quota of its own; undefined when there is not enough. */
  split(id: number, amount: number): Quota | undefined {
    if (!this.take(amount)) return undefined
    const part = new Quota(id, amount, this)
    this.#parts.add(part)
    return part
  }

  /** Gives the rest back to the quota it was split off from, and from now on whatever comes back. */
  dissolve(): void {
    if (this.#dissolved || this.parent === undefined) return
    const rest = this.#left
    this.#left = 0
    this.#dissolved = true
    this.parent.#parts.delete(this)
    this.parent.giveBack(rest)
  }
}
