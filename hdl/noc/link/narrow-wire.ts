/** Flits over fewer wires than they have bits. */
import { assert, bit, type Bit, bitsFor, cat, implies, input, literal, module, output, reg, uint, when } from '#edsl'
import { once } from '../once.ts'

/**
 * Carries words of `bits` bits in `phits` parts, one per cycle, the upper ones first: what a head says of its target and length
 * travels in the first part.
 *
 * Ports: `open` a word may come: in this cycle, or with `late` 1 in the next one; `valid`, `word`; `arrives` one is there,
 * `arrived` the word.
 * Timing: a word in every `phits` cycles, there `phits` + `stages` - 1 cycles after it came. `open` comes out of registers.
 * Reset: nothing is under way.
 * Source: NoC sections 10.1, 10.8.
 */
export const narrowWire = once((bits: number, phits: number, stages: number, late: 0 | 1) => {
  const phitBits = Math.ceil(bits / phits)
  const padded = phitBits * phits
  return module(
    `narrow_wire_${bits}in${phits}x${stages}${late === 1 ? '_late' : ''}`,
    {
      open: output(bit),
      valid: input(bit),
      word: input(uint(bits)),
      arrives: output(bit),
      arrived: output(uint(bits)),
    },
    ({ open, valid, word, arrives, arrived }) => {
      const held = reg(uint(padded))
      const left = reg(uint(bitsFor(phits)), 0)
      when(valid, () => {
        held.next(padded === bits ? word : cat(word, literal(padded - bits, 0)))
        left.next(phits)
      }).elseWhen(left.any(), () => {
        held.next(held.shiftLeft(phitBits))
        left.next(left.subWrap(1))
      })
      if (late === 0) open.drive(left.le(1))
      else {
        // Who was told in one cycle sends in the next one, and is not told again before that.
        const told = reg(bit, 0)
        const tells = left.le(2).and(told.not()).named('tells')
        told.next(tells)
        open.drive(tells)
      }
      assert(implies(valid, left.le(1)), 'a word comes when the one before has left')

      let moves: Bit = left.any()
      let last: Bit = left.eq(1)
      let phit = held.slice(padded - phitBits, phitBits)
      for (let stage = 1; stage < stages; stage++) {
        const [movesNext, lastNext] = [reg(bit, 0, `moves_${stage}`), reg(bit, undefined, `last_${stage}`)]
        const phitNext = reg(uint(phitBits), undefined, `phit_${stage}`)
        movesNext.next(moves)
        lastNext.next(last)
        phitNext.next(phit)
        ;[moves, last, phit] = [movesNext, lastNext, phitNext]
      }
      const before = reg(uint(padded - phitBits))
      const all = cat(before, phit)
      when(moves, () => before.next(all.truncate(padded - phitBits)))
      arrives.drive(moves.and(last))
      arrived.drive(all.slice(padded - bits, bits))
    },
  )
})
