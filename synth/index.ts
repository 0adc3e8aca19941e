// Synthesise
export { synthesise } from './flow/synthesise.ts'
export type { SynthesisOptions, SynthesisReport } from './flow/synthesise.ts'
export { targetNamed, targets } from './flow/targets.ts'
export type { Target } from './flow/targets.ts'

// Place and route
export { bitstream } from './flow/bitstream.ts'
export type { BitstreamOptions, BitstreamReport } from './flow/bitstream.ts'
export { boards } from './boards/boards.ts'
export type { Board, Pins } from './boards/boards.ts'

// When a tool is missing or does not take the design
export { SynthesisError } from './flow/synthesis-error.ts'
