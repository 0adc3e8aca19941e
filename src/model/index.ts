// What tile programs see
export type { Tile, TileProgram } from './tile.ts'

// Running them
export type { Platform, PrintedText, RunOptions, RunOutcome, StepRecord } from './platform.ts'
