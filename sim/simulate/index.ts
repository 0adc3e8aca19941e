// Simulates designs for test benches: in WebAssembly at once, or in Verilator.

// Simulate
export { buildVerilator, simulate } from './simulate.ts'
export type { VerilatorOptions, WasmOptions } from './simulate.ts'

// A running design
export type { Agent, ClockEdge, RecordedSignals, SimulateOptions, Simulator, UntilOptions } from './simulator.ts'
export type { ClockTimes } from './clocks.ts'
export type { MemoryWords } from './memory-words.ts'
export type { ProbeRecord } from './records.ts'

// Ports
export type { AnyHandle, Handles, InputHandle, OutputHandle, StreamInput, StreamOutput } from './handle-types.ts'

// Streams
export { pump } from './pump.ts'
export type { PumpInputs, PumpOutputs, PumpSettings } from './pump.ts'

// When something is wrong
export { AssertionFailed, SimulateError } from './error.ts'
export type { SimulateProblem, Violation } from './error.ts'
