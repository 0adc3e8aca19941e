/** The permutation Keccak-f[1600]: one round as logic. Source: FIPS 202, section 3.2. */
import { type UInt } from '#edsl'

/** Lanes of the state, 64 bits each; lane x + 5 y is at (x, y). */
export const laneCount = 25
export const roundCount = 24

const at = (x: number, y: number): number => ((x + 5) % 5) + 5 * ((y + 5) % 5)

/** How far rho rotates each lane: (t + 1)(t + 2) / 2 along the way (x, y) -> (y, 2x + 3y). FIPS 202, algorithm 2. */
const rotations = (): readonly number[] => {
  const places = new Array<number>(laneCount).fill(0)
  let [x, y] = [1, 0]
  for (let step = 0; step < laneCount - 1; step++) {
    places[at(x, y)] = (((step + 1) * (step + 2)) / 2) % 64
    ;[x, y] = [y, (2 * x + 3 * y) % 5]
  }
  return places
}

/** Whether the linear feedback register of iota gives 1 after `steps` steps. FIPS 202, algorithm 5. */
const feedback = (steps: number): boolean => {
  let register = 1
  for (let step = 0; step < steps % 255; step++) register = (register << 1) ^ (register & 0x80 ? 0x171 : 0)
  return (register & 1) === 1
}

/** What iota adds to lane (0, 0) in each round. FIPS 202, algorithm 6. */
export const roundConstants: readonly bigint[] = Array.from({ length: roundCount }, (_, round) => {
  let constant = 0n
  for (let j = 0; j <= 6; j++) if (feedback(j + 7 * round)) constant |= 1n << BigInt(2 ** j - 1)
  return constant
})

type Lane = UInt<64>
type Lanes = readonly Lane[]

/** The state after a round: theta, rho, pi, chi, and iota with `constant`. */
export const keccakRound = (state: Lanes, constant: Lane): Lanes => {
  const lane = (lanes: Lanes, x: number, y: number): Lane => lanes[at(x, y)] as Lane
  const columns = [0, 1, 2, 3, 4].map((x) =>
    [1, 2, 3, 4].reduce((sum, y) => sum.xor(lane(state, x, y)), lane(state, x, 0)),
  )
  const column = (x: number): Lane => columns[(x + 5) % 5] as Lane
  const theta = [0, 1, 2, 3, 4].map((x) => column(x - 1).xor(column(x + 1).rotateLeft(1)))
  const mixed = state.map((each, index) => each.xor(theta[index % 5] as Lane))

  const places = rotations()
  const moved = new Array<Lane>(laneCount)
  for (let y = 0; y < 5; y++)
    for (let x = 0; x < 5; x++) moved[at(y, 2 * x + 3 * y)] = lane(mixed, x, y).rotateLeft(places[at(x, y)] as number)

  const next = moved.map((each, index) => {
    const [x, y] = [index % 5, Math.floor(index / 5)]
    return each.xor(
      lane(moved, x + 1, y)
        .not()
        .and(lane(moved, x + 2, y)),
    )
  })
  return [(next[0] as Lane).xor(constant), ...next.slice(1)]
}
