// Text for people and FPGA tools
export { emitDesign, emitVerilog, type EmitOptions, type EmittedDesign, type VerilogFile } from './emit-verilog.ts'
export type { DataFile } from './memory-items.ts'
export { verilogName } from './names.ts'

// Simulation
export {
  simulationSource,
  type EmittedSimulation,
  type SimulationDomain,
  type SimulationMemory,
  type SimulationPort,
  type SimulationProbe,
  type SimulationProperty,
  type SimulationSignal,
} from './simulation-source.ts'
