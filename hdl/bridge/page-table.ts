import { type Bit, bit, cat, mux, reg, uint, type UInt, when } from '#edsl'

/** What is known of accesses under way. */
export interface PageTable {
  /** No further one fits. */
  readonly full: Bit
  /** Whether one of them lies in this page. */
  readonly holds: (page: UInt<20>) => Bit
}

/**
 * Keeps the pages (of 4 KiB) of the accesses that are under way, at most `depth`, a power of two; they end in the order in
 * which they began.
 */
export const pageTable = (name: string, depth: number, begins: Bit, page: UInt<20>, ends: Bit): PageTable => {
  const indexBits = Math.log2(depth)
  const entries = Array.from({ length: depth }, (_, index) => ({
    used: reg(bit, 0, `${name}_used_${index}`),
    page: reg(uint(20), undefined, `${name}_page_${index}`),
  }))
  const newest = reg(uint(indexBits), 0, `${name}_newest`)
  const oldest = reg(uint(indexBits), 0, `${name}_oldest`)

  when(begins, () => newest.next(newest.addWrap(1)))
  when(ends, () => oldest.next(oldest.addWrap(1)))
  entries.forEach((entry, index) => {
    when(begins.and(newest.eq(index)), () => {
      entry.used.next(1)
      entry.page.next(page)
    })
    when(ends.and(oldest.eq(index)), () => entry.used.next(0))
  })
  return {
    full: cat(...entries.map(({ used }) => used)).all(),
    holds: (wanted) => cat(...entries.map((entry) => mux(entry.used, entry.page.eq(wanted), 0))).any(),
  }
}
