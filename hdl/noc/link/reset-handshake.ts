/** How the two sides of a crossing begin together, whichever of them was reset. */
import { assert, bit, type Bit, implies, inDomain, module, output, past, reg, when } from '#edsl'
import { left, right } from './crossing-domains.ts'

/**
 * Tells both sides of a crossing when its counts are 0 at both ends, so that payloads may pass.
 *
 * A side that was reset asks the other one to clear itself, and waits for the answer: a handshake of four steps in each direction,
 * whose bits cross alone. A side that asks or answers, or sees the other one do so, is not `active`: its counts stand still. It
 * clears them only when the other side has stopped, so neither ever looks at counts that do not fit together.
 *
 * Ports: `leftActive`, `rightActive`, each in its domain: payloads may pass on this side; `leftClears`, `rightClears`: it sets its
 * counts to 0.
 * Timing: two to three cycles of each side per step; `active` falls two to three cycles after the other side's reset.
 * Reset: of either side, at any time, for one cycle or more. At power-up, when nothing is known of the bits of the handshake, it
 * settles within 16 cycles of the slower side; what passes before that may be lost, so hold both resets for as long.
 * Source: NoC section 10.8.
 */
export const resetHandshake = () =>
  module(
    'reset_handshake',
    {
      leftActive: output(bit, { domain: left }),
      leftClears: output(bit, { domain: left }),
      rightActive: output(bit, { domain: right }),
      rightClears: output(bit, { domain: right }),
    },
    ({ leftActive, leftClears, rightActive, rightClears }) => {
      // A reset does not cut a handshake short, or its answer could be taken for that to the next one: these have none.
      const asksLeft = reg(bit, undefined, { domain: left, name: 'asks_left' })
      const answersLeft = reg(bit, undefined, { domain: left, name: 'answers_left' })
      const asksRight = reg(bit, undefined, { domain: right, name: 'asks_right' })
      const answersRight = reg(bit, undefined, { domain: right, name: 'answers_right' })

      const side = (asks: typeof asksLeft, answers: typeof asksLeft, otherAsks: Bit, otherAnswers: Bit) => {
        // A reset must not hide what the other side says, so these have none.
        const seenAsks = settled(otherAsks, 'seen_asks')
        const seenAnswers = settled(otherAnswers, 'seen_answers')
        /** Since its last reset this side has not begun to ask. */
        const pending = reg(bit, 1)
        when(pending.and(asks.not()).and(seenAnswers.not()), () => {
          asks.next(1)
          pending.next(0)
        })
        when(asks.and(seenAnswers), () => asks.next(0))
        answers.next(seenAsks)
        assert(implies(past(asks.and(seenAnswers.not())), asks), 'who asks waits for the answer')
        return {
          active: pending.or(asks).or(answers).or(seenAsks).or(seenAnswers).not(),
          clears: asks.and(seenAnswers).or(answers),
        }
      }
      inDomain(left, () => {
        const { active, clears } = side(asksLeft, answersLeft, asksRight, answersRight)
        leftActive.drive(active)
        leftClears.drive(clears)
      })
      inDomain(right, () => {
        const { active, clears } = side(asksRight, answersRight, asksLeft, answersLeft)
        rightActive.drive(active)
        rightClears.drive(clears)
      })
    },
  )

/** A bit of the other side through two registers without a reset. */
const settled = (value: Bit, name: string): Bit => {
  const early = reg(bit, undefined, {
    name: `${name}_early`,
    crossing: 'first register of a synchroniser: the next one waits until it has settled',
  })
  const late = reg(bit, undefined, { name })
  early.next(value)
  late.next(early)
  return late
}
