/** What network interfaces count. */
import { cat, popcount, reg, replicate, struct, uint, type UInt } from '#edsl'

/** Bits of each counter of an interface. It stops at half of its range, 32768: only broken and hostile modules
 * get there. */
export const interfaceCounterBits = 16

const counter = uint(interfaceCounterBits)

/** What a network interface has counted since reset, packets of all classes. Source: NoC sections 10.5 to 10.7. */
export const interfaceCounters = struct({
  /** Dropped: the mode belongs to another class. */
  wrongMode: counter,
  /** Not sent, and answered where there is an answer: the target does not exist. */
  missingTarget: counter,
  /** Dropped: a burst that announces no continuation flits. */
  emptyBurst: counter,
  /** Longer than announced, the rest is dropped. */
  cutBurst: counter,
  /** Shorter than announced, completed with bsel 0x00. */
  filledBurst: counter,
  /** Completed with bsel 0x00: the module stopped for longer than the transmit guard allows. */
  stoppedBurst: counter,
  /** Dropped on the way out: for another module. */
  misdelivered: counter,
  /** How often the module refused a packet for longer than the receive guard allows. */
  refused: counter,
  /** Packets that were dropped then, in part or as a whole. */
  drained: counter,
})

/** Counts the events of all classes; what is counted in the last cycle before half of the range is the last. */
export const countEvents = (name: string, events: readonly UInt[]): UInt<typeof interfaceCounterBits> => {
  const total = reg(counter, 0, name)
  const full = total.bit(interfaceCounterBits - 1)
  const counted = events.map((event) => event.and(replicate(full.not(), event.expression.bits)))
  total.next(total.addWrap(popcount(cat(...counted)).extend(interfaceCounterBits)))
  return total
}
