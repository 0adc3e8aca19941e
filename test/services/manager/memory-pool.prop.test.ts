import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryPool } from '../../../src/services/manager/memory-pool.ts'
import type { Piece } from '../../../src/services/manager/memory-pool.ts'

const page = 4096
const areas = [
  { gate: 5, bytes: 10 * page + 100 },
  { gate: 9, bytes: 6 * page },
]
const all = 16 * page

/** Pages that a piece covers. */
const pagesOf = ({ gate, offset, bytes }: Piece): readonly string[] =>
  Array.from({ length: bytes / page }, (_, index) => `${gate}:${offset / page + index}`)

test('no page is given twice, none is lost, and whatever fits in one piece is given', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: -8, max: -1 })), { maxLength: 60 }),
      (steps) => {
        const pool = new MemoryPool(areas)
        const taken: Piece[] = []
        for (const step of steps) {
          if (step < 0) {
            const [piece] = taken.splice(-step % Math.max(1, taken.length), 1)
            if (piece !== undefined) pool.giveBack(piece)
          } else {
            const used = new Set(taken.flatMap(pagesOf))
            const fits = areas.some(({ gate, bytes }) =>
              Array.from({ length: Math.floor(bytes / page) - step + 1 }, (_, from) => from).some((from) =>
                Array.from({ length: step }, (_, at) => `${gate}:${from + at}`).every((each) => !used.has(each)),
              ),
            )
            const piece = pool.take(step * page)
            expect(piece !== undefined).toBe(fits)
            if (piece === undefined) continue
            for (const each of pagesOf(piece)) expect(used.has(each)).toBe(false)
            taken.push(piece)
          }
          expect(pool.left).toBe(all - taken.reduce((sum, { bytes }) => sum + bytes, 0))
        }
        for (const piece of taken) pool.giveBack(piece)
        expect(pool.take(10 * page)).toEqual({ gate: 5, offset: 0, bytes: 10 * page })
      },
    ),
    { seed: 6, numRuns: 300 },
  )
})
