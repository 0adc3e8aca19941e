/** Many wide counters in one small memory. */
import {
  assert,
  bit,
  bitsFor,
  input,
  literal,
  memory,
  module,
  mux,
  output,
  pick,
  popcount,
  reg,
  uint,
  type UInt,
  when,
} from '#edsl'

/** Bits of each counter. NoC section 10.9. */
const trafficCounterBits = 48

/**
 * Counts the bits that are 1 in each of several vectors, cycle by cycle. Each has a small counter, and one after the other is
 * added to its word in a memory.
 *
 * Ports: `events` the vectors; `run` they count; `clear` 1 in a cycle sets all counters to 0; `at` the counter whose `value` is
 * shown in this cycle, as it is with the events before this cycle.
 * Timing: `at` takes all numbers in turn, one per cycle; for as many cycles after `clear` the values are 0.
 * Reset: all 0, after a round.
 * Rejects: RangeError when there are no vectors.
 * Source: NoC section 10.9.
 */
export const trafficCounters = (name: string, widths: readonly number[]) => {
  if (widths.length === 0) throw new RangeError('trafficCounters(): nothing to count')
  const atBits = Math.max(1, bitsFor(widths.length - 1))
  return module(
    `traffic_counters_${name}`,
    {
      events: widths.map((width) => input(uint(width))),
      run: input(bit),
      clear: input(bit),
      at: output(uint(atBits)),
      value: output(uint(trafficCounterBits)),
    },
    ({ events, run, clear, at, value }) => {
      const turn = reg(uint(atBits), 0)
      const lastTurn = turn.eq(widths.length - 1).named('last_turn')
      /** Rounds begin with a memory of unknown words. */
      const clears = reg(bit, 1)
      const began = reg(uint(atBits), 0)
      const totals = memory(uint(trafficCounterBits), widths.length, { read: 'now' })

      turn.next(mux(lastTurn, literal(atBits, 0), turn.addWrap(1)))
      const ended = mux(lastTurn, literal(atBits, 0), turn.addWrap(1)).eq(began).named('ended')
      when(clears.and(ended), () => clears.next(0))
      when(clear, () => {
        clears.next(1)
        began.next(mux(lastTurn, literal(atBits, 0), turn.addWrap(1)))
      })

      const recent = events.map((vector, index) => {
        const most = widths.length * widths[index]!
        const few = reg(uint(bitsFor(most)), 0, `recent_${index}`)
        const now = mux(run, popcount(vector).extend(bitsFor(most)), 0)
        const mine = turn.eq(index)
        few.next(mux(clears.or(clear), literal(bitsFor(most), 0), mux(mine, now, few.addWrap(now))))
        assert(few.le(most), `counter ${index} keeps the events of one round`)
        return few.extend(trafficCounterBits) as UInt
      })
      const sum = totals.read(turn).addWrap(pick(recent, turn) as never)
      const shown = mux(clears, literal(trafficCounterBits, 0), sum)
      totals.write(turn, shown)
      at.drive(turn)
      value.drive(shown)
    },
  )
}
