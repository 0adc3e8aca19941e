/** Which packets travel in which stream of a module. NoC sections 2.4 and 2.8. */
import { type MessageClass, modeClass } from '#layout'

/**
 * The stream of a mode in a network with so many classes; undefined where no stream takes it. With three classes those of
 * C3 travel with those of C1 (R-CLASS-2); with two there is no bypass traffic; with one there is one stream for all.
 */
export const streamOf = (mode: number, classes: number): MessageClass | undefined => {
  if (classes === 1) return 0
  const cls = modeClass[mode] as MessageClass
  if (cls === 3 && classes === 3) return 1
  return cls < classes ? cls : undefined
}
