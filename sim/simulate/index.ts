// Simulates designs for test benches.

// A running design
export type { RecordedSignals, SimulateOptions, Simulator, UntilOptions } from './simulator.ts'
export { OpenSimulator } from './open-simulator.ts'

// Ports
export type { AnyHandle, Handles, InputHandle, OutputHandle, StreamInput, StreamOutput } from './handle-types.ts'

// When something is wrong
export { AssertionFailed, SimulateError } from './error.ts'
export type { Violation } from './error.ts'
