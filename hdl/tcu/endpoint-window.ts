/** The endpoints as registers of the window. */
import { type Bit, literal, mux, type UInt } from '#edsl'
import { endpointBits, type Words } from '#hdl/endpoints'
import { endpointCount } from '#layout'
import type { Window } from './window.ts'

/** An access of the window to an endpoint's word. */
interface EndpointAccess {
  readonly ep: UInt<typeof endpointBits>
  /** One bit per word: the access writes it. */
  readonly write: UInt<3>
  /** What the word becomes. */
  readonly data: UInt<64>
}

/**
 * Which word of which endpoint the access of this cycle means, and what becomes of it; `words` are those of the endpoint
 * `ep`. Words of endpoints that are not among the first `endpoints` read 0. The network may write, and a core of a kernel tile: `kernelWrites` says that such a one does.
 *
 * Source: TCU interface 2.0.1, section 2.3.
 */
export const endpointWindow = (window: Window, words: Words, endpoints: number, kernelWrites: Bit): EndpointAccess => {
  const { EP } = window
  // The word number of an endpoint register, divided by three: times 171, by 512, is exact for the 384 words that there are. As
  // sums, so that no multiplier block is in the path.
  const epWord = EP.index
  const times171 = [0, 1, 3, 5, 7]
    .map((place) => epWord.extend(18).shiftLeft(place))
    .reduce((sum, one) => sum.addWrap(one))
  const accessEp = times171.slice(9, endpointBits)
  const accessWord = epWord.subWrap(accessEp.extend(9)).subWrap(accessEp.extend(9).shiftLeft(1)).truncate(2)
  const accessedWord = mux(accessWord.eq(0), words[0]!, mux(accessWord.eq(1), words[1]!, words[2]!))
  const isThere = endpoints === endpointCount ? literal(1, 1) : accessEp.lt(endpoints)
  const writes = EP.writes.or(EP.selected.and(kernelWrites)).and(isThere)
  EP.show(endpoints === endpointCount ? accessedWord : mux(isThere, accessedWord, literal(64, 0)))
  return {
    ep: accessEp,
    write: mux(writes, literal(3, 1).shiftLeft(accessWord), literal(3, 0)),
    data: EP.merged(accessedWord),
  }
}
