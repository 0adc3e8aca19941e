// What tile programs see
export type { Tile, TileProgram } from './tile.ts'

// Running them
export type { Platform, PrintedText, RunOptions, RunOutcome, StepRecord } from './platform.ts'
export { createModelPlatform } from './model-platform.ts'
export type { ModelPlatformOptions } from './model-platform.ts'

// Parts that every platform needs
export { createProgramHost, describeRequest } from './program-host.ts'
export type { BusAnswer, BusRequest, HostedProgram, ProgramHost, ProgramMemory } from './program-host.ts'
export { hostConsole } from './host-console.ts'
export type { HostConsole } from './host-console.ts'
