/** What the bridges between AXI4 and streams have in common: transfers, cut into bursts. */
import { mux, struct, uint, type UInt } from '#edsl'

/** A transfer of `beats` words from `address` on, which is a multiple of a word, in bytes. No beats: nothing happens. */
export const axiTransfer = (addressBits: number) => struct({ beats: uint(beatBits), address: uint(addressBits) })

export const beatBits = 16

/** A burst does not cross a multiple of this, in bytes. Source: IHI 0022E, section A3.4.1. */
const pageBytes = 4096
const longestBurst = 256

/** How many beats the next burst has: what is left, up to 256, and not beyond the page. 9 bits. */
export const burstBeats = (left: UInt, address: UInt, wordBytes: number): UInt<9> => {
  const pageBeats = pageBytes / wordBytes
  const used = address.slice(Math.log2(wordBytes), Math.log2(pageBeats)).extend(beatBits)
  const room = used.not().addWrap(pageBeats + 1)
  const inPage = mux(left.lt(room), left, room)
  return mux(inPage.lt(longestBurst), inPage, longestBurst).truncate(9)
}
