/** Number of a memory endpoint that the witness has and the intruder has not. */
export const witnessEp = 60
