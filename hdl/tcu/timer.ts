/** The one-shot timer. */
import { bit, input, literal, module, mux, output, probe, reg, struct, uint, type UInt, when } from '#edsl'
import { commit } from '#layout'

/** SET_TIMER: `ns` nanoseconds from this cycle on, 0 for none. */
export const timerSetting = struct({ valid: bit, ns: uint(32) })

const nanosecond = 1_000_000_000

/**
 * Counts down in nanoseconds without rounding: a cycle takes `10^9 / clockHz` of them, and what is left over is kept as a
 * fraction. When the time is over it wants a turn at the registers, in which interrupt 2 is set (DEV-12).
 *
 * Ports: `set` starts or stops it; `due` wants a turn, `granted` has it; `restart` stops it.
 * Timing: `due` from the cycle on behind the first in which at least `ns` nanoseconds are over since `set`.
 * Reset: stopped.
 * Source: TCU interface 2.0.1, section 5.6.
 */
export const timer = (clockHz: number) =>
  module(
    `timer_${clockHz}`,
    { set: input(timerSetting), due: output(bit), granted: input(bit), restart: input(bit) },
    (ports) => {
      const common = greatestCommonDivisor(nanosecond, clockHz)
      const [parts, whole] = [clockHz / common, Math.floor(nanosecond / clockHz)]
      const rest = nanosecond / common - whole * parts
      const running = reg(bit, 0)
      const due = reg(bit, 0)
      const left = reg(uint(32))

      const carry = rest === 0 ? literal(1, 0) : fractionOf(parts, rest, ports.set.valid)
      const passed = literal(32, whole).addWrap(carry.extend(32))
      when(running, () => {
        left.next(left.subWrap(passed))
        when(left.le(passed), () => {
          running.next(0)
          due.next(1)
        })
      })
      when(ports.granted, () => due.next(0))
      when(ports.set.valid, () => {
        left.next(ports.set.ns)
        running.next(ports.set.ns.any())
        due.next(0)
      })
      when(ports.restart, () => {
        running.next(0)
        due.next(0)
      })
      ports.due.drive(due)

      probe('commit', ports.granted, commit, {
        kind: 'timerExpired',
        error: 0,
        ep: 0,
        address: 0,
        enables: 0,
        data: 0,
      })
    },
  )

/** Adds `rest / parts` of a nanosecond per cycle since `begins`; 1 whenever a whole one is over. */
const fractionOf = (parts: number, rest: number, begins: UInt<1>): UInt<1> => {
  const bits = Math.ceil(Math.log2(2 * parts))
  const fraction = reg(uint(bits), 0)
  const sum = fraction.addWrap(rest)
  const over = sum.ge(parts)
  fraction.next(mux(begins, literal(bits, 0), mux(over, sum.subWrap(parts), sum)))
  return over
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))
