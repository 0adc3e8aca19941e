// Seeds that both engines take.

import { SimulateError } from './error.ts'

/** The seed, 1 unless given. */
export const checkedSeed = (seed = 1): number => {
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0x7fff_fffe) return seed
  throw new SimulateError({ code: 'SIM-0201', title: `a seed is an integer from 0 to 2147483646, not ${seed}` })
}
