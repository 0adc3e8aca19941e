/**
 * What the software of a tile costs in time. Programs are TypeScript and run between two cycles, so what they compute is free;
 * only what they do with their tile can be counted. The default costs nothing: a run then shows the time of the hardware, and
 * of the waiting and polling that programs do.
 */

/** Cycles that a core spends on its own, before the request that it makes next. */
export interface SoftwareCost {
  /** For each operation of a program on its tile: a register access, a wait, a copy from or to local memory. */
  readonly cyclesPerOperation: number
  /** For each 16 bytes that a program copies from or to local memory, begun ones included. */
  readonly cyclesPerLine: number
}

export const freeSoftware: SoftwareCost = Object.freeze({ cyclesPerOperation: 0, cyclesPerLine: 0 })

const lineBytes = 16

/** What one program owes: copies take no simulated time themselves, so they are paid for with the next request. */
export class SoftwareAccount {
  readonly #cost: SoftwareCost
  #owed = 0

  /** Rejects: RangeError when a cost is no whole number of cycles. */
  constructor(cost: SoftwareCost) {
    for (const [name, cycles] of Object.entries(cost))
      if (!Number.isSafeInteger(cycles) || cycles < 0)
        throw new RangeError(`${name} is a whole number of cycles, 0 or more, not ${cycles}`)
    this.#cost = cost
  }

  copied(bytes: number): void {
    this.#owed += this.#cost.cyclesPerOperation + Math.ceil(bytes / lineBytes) * this.#cost.cyclesPerLine
  }

  /** Cycles to pay before a request. */
  due(): number {
    const cycles = this.#owed + this.#cost.cyclesPerOperation
    this.#owed = 0
    return cycles
  }
}
