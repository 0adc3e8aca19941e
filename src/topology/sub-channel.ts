/**
 * Which of the `count` virtual channels of a class and lane the packets from one module id to another take, 0 to `count - 1`:
 * always the same one, so that they never overtake each other. The interfaces compute it in hardware, for 1 to 4 of them.
 * Source: NoC section 10.2.
 */
export const subChannelOf = (source: number, target: number, count: number): number => {
  if (count === 1) return 0
  const mixed = source ^ target
  const folded = (mixed ^ (mixed >> 2) ^ (mixed >> 4) ^ (mixed >> 6)) & 3
  return count === 2 ? (folded ^ (folded >> 1)) & 1 : folded % count
}
