// The simulator in the process: one shared block, one native call per step.

// Open and run
export { openSimulation } from './simulation.ts'
export type { OpenOptions, RunResult, Simulation } from './simulation.ts'

// Ports, triggers, records
export type { BigIntPort, NumberPort, Port } from './port.ts'
export { TriggerSet } from './trigger.ts'
export type { TriggerDescription } from './trigger.ts'
export type { Records } from './records.ts'

// When the Verilog stops
export { SimulationStopped } from './stopped.ts'
export type { StopReason } from './stopped.ts'
