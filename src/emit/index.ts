// Text for people and FPGA tools
export { emitVerilog, type EmitOptions, type VerilogFile } from './emit-verilog.ts'
export { verilogName } from './names.ts'

// Simulation
export {
  simulationSource,
  type EmittedSimulation,
  type SimulationMemory,
  type SimulationPort,
  type SimulationProbe,
} from './simulation-source.ts'
