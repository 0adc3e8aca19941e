// What tile programs see
export type { Tile, TileProgram } from './tile.ts'

// Running them
export type { Platform, PrintedText, RunOptions, RunOutcome, StepRecord } from './platform.ts'
export { createModelPlatform } from './model-platform.ts'
export type { ModelPlatformOptions } from './model-platform.ts'
export type { SoftwareCost } from './software-cost.ts'

// Parts that every platform needs
export { createProgramHost, describeRequest } from './program-host.ts'
export type { BusAnswer, BusRequest, HostedProgram, ProgramHost, ProgramMemory } from './program-host.ts'
export { hostConsole } from './host-console.ts'
export type { HostConsole } from './host-console.ts'

// Checking hardware against the model
export { createReplay } from './replay.ts'
export type { Replay } from './replay.ts'
export type { Command, TcuState } from './tcu-state.ts'
export { createNetworkReplay } from './network-replay.ts'
export type { NetworkReplay } from './network-replay.ts'
export { Difference } from './difference.ts'
export type { DifferenceData } from './difference.ts'
export type { PeekMemory, PeekRegister } from './at-rest.ts'
export { describeRecord } from './describe-record.ts'

// Checks of the core's own traffic, as functions of endpoint and packet
export { checkPmp, coreRequestOf, coveredBy, failedRead, passedHead } from './pmp.ts'
export type { CoreRequest, PmpWords } from './pmp.ts'

// The network with its timing
export { TimedNetwork } from './timed-network.ts'
