// Test benches for Verilog that was not made here.

export { openVerilog } from './open.ts'
export type { VerilogDesign, VerilogHandle, VerilogPorts, VerilogReset, VerilogSources } from './open.ts'
export { runVerilogTests } from './run-tests.ts'
export type { VerilogBench, VerilogResult, VerilogTest } from './run-tests.ts'
