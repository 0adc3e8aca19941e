// Synthesise
export { synthesise } from './flow/synthesise.ts'
export type { SynthesisOptions, SynthesisReport } from './flow/synthesise.ts'
export type { CellCounts, ModuleCells } from './flow/cell-counts.ts'
export type { PathStep } from './flow/critical-path.ts'
export { targetNamed, targets } from './flow/targets.ts'
export type { Target } from './flow/targets.ts'

// Place and route
export { bitstream } from './flow/bitstream.ts'
export type { BitstreamOptions, BitstreamReport, PlacementReport } from './flow/bitstream.ts'
export { boards } from './boards/boards.ts'
export type { Board, Pins } from './boards/boards.ts'

// When a tool is missing or does not take the design
export { SynthesisError } from './flow/synthesis-error.ts'

// What stands beside the Verilog of a design
export { packageFiles } from './package/package.ts'
export type { Project, ProjectFile } from './package/project.ts'
export { clockPorts } from './flow/clock-ports.ts'

// Netlists that run
export { simulateGates } from './gates/gate-simulation.ts'
export type { GateSimulation } from './gates/gate-simulation.ts'

// Whether two designs do the same
export { equivalent } from './equiv/equivalent.ts'
export type { EquivalenceOptions, EquivalenceReport, ModuleVerdict } from './equiv/equivalent.ts'
export type { EquivalenceSource } from './equiv/sources.ts'
export { equivalenceText } from './equiv/report-text.ts'
