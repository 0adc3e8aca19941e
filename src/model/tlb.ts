/** The TLB: which entries there are, and which of them a page and an activity mean. TCU section 5.3. */
import { translationFlags } from '#layout'

export interface TlbEntry {
  readonly act: number
  /** 52 bits. */
  readonly page: bigint
  /** 20 bits. */
  readonly physicalPage: number
  readonly flags: number
}

const isFixed = (entry: TlbEntry): boolean => (entry.flags & translationFlags.fixed) !== 0

export class Tlb {
  readonly #entries: (TlbEntry | undefined)[]

  constructor(size: number) {
    this.#entries = Array.from({ length: size }, () => undefined)
  }

  /** Number of the entry for a page, of any activity if `act` is not given; below 0 without one. The lowest one counts. */
  find(page: bigint, act: number | undefined): number {
    return this.#entries.findIndex((entry) => entry?.page === page && (act === undefined || entry.act === act))
  }

  at(index: number): TlbEntry | undefined {
    return this.#entries[index]
  }

  /** Numbers that a new page may get: free ones; if there are none, those of entries that are not FIXED. */
  get places(): readonly number[] {
    const numbers = [...this.#entries.keys()]
    const free = numbers.filter((index) => this.#entries[index] === undefined)
    if (free.length > 0) return free
    return numbers.filter((index) => !isFixed(this.#entries[index] as TlbEntry))
  }

  set(index: number, entry: TlbEntry): void {
    this.#entries[index] = entry
  }

  /** Removes all entries for a page, FIXED ones too; false when there is none. */
  removePage(page: bigint, act: number | undefined): boolean {
    let found = false
    for (let index = this.find(page, act); index >= 0; index = this.find(page, act)) {
      this.#entries[index] = undefined
      found = true
    }
    return found
  }

  /** Removes every entry that is not FIXED (DEV-8). */
  removeLoose(): void {
    this.#entries.forEach((entry, index) => {
      if (entry !== undefined && !isFixed(entry)) this.#entries[index] = undefined
    })
  }

  /** Removes everything. TCU section 6.4. */
  clear(): void {
    this.#entries.fill(undefined)
  }
}
