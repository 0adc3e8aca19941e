// The simulator in the process: one shared block, one native call per step.

// Open and run
export { openSimulation } from './simulation.ts'
export type { OpenOptions, RunResult, Simulation } from './simulation.ts'

// The same behind the interface of all engines
export { openEngine } from './verilator-engine.ts'
export type { EngineDescription, EngineOptions, EngineProperty } from './verilator-engine.ts'

// Ports, triggers, records
export type { BigIntPort, NumberPort, Port } from './port.ts'
export { TriggerSet } from './trigger.ts'
export type { TriggerDescription } from './trigger.ts'
export type { Records } from './records.ts'

// When the Verilog stops
export { SimulationStopped } from './stopped.ts'
export type { StopReason } from './stopped.ts'
