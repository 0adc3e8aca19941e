// Who sets what, and from what
export { drivesOf, writesOf } from './drives.ts'
export type { Drive, Write } from './drives.ts'
export { memoriesIn, operandsOf, signalsIn } from './expression-signals.ts'

// What is the same in every cycle
export { knownBits } from './known-bits.ts'
export { knownOfOperation } from './known-operation.ts'
export { exactly, full, unknownBits, valueOf } from './bit-masks.ts'
export type { KnownBits } from './bit-masks.ts'

// How state machines move
export { firstStateOf, transitionsOf } from './transitions.ts'
export type { Transition, TransitionCondition } from './transitions.ts'
