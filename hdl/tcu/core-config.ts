/** CORE_CFG: the core's enable and its interrupt lines. */
import { type Bit, bit, cat, literal, mux, reg, struct, uint, type ValueOf } from '#edsl'
import type { Window, WindowAccess } from './window.ts'

/** What stands where in CORE_CFG: core enable, interrupts 1 and 2. Section 2.4. */
const configured = ['coreEnable', 'interrupt1', 'interrupt2'] as const

/** Interrupts that the TCU itself raises in this cycle. */
export const raisedInterrupts = struct({ interrupt1: bit, interrupt2: bit })

/**
 * Keeps CORE_CFG 0 to 2, one bit each, inside the module whose body is running; the others are 0.
 *
 * Source: TCU interface 2.0.1, section 2.4.
 */
export const coreConfig = (
  window: Window,
  { data, enables }: WindowAccess,
  raised?: ValueOf<typeof raisedInterrupts>,
): Readonly<Record<(typeof configured)[number], Bit>> => {
  const bits = reg(uint(configured.length), 0, 'coreConfig')
  const { index, writes } = window.CORE_CFG
  const written = configured.map((_, at) =>
    mux(writes.and(index.eq(at)).and(enables.bit(0)), data.bit(0), bits.bit(at)),
  )
  const next = cat(...written.reverse())
  bits.next(raised === undefined ? next : next.or(cat(raised.interrupt2, raised.interrupt1, literal(1, 0))))
  window.CORE_CFG.show(mux(index.lt(configured.length), bits.extend(32).bit(index), literal(1, 0)).extend(64))
  return { coreEnable: bits.bit(0), interrupt1: bits.bit(1), interrupt2: bits.bit(2) }
}
