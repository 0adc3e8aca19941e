// Verilator runs, cached by content.

// Describe a simulator
export type {
  MemoryDescription,
  PortDescription,
  ProbeDescription,
  SimulationSource,
  SourceFile,
  TraceFormat,
  WatchDescription,
} from './source.ts'

// Build it
export { build, isBuilt } from './build.ts'
export type { BuildOptions, BuildProgress, BuiltSimulation } from './build.ts'
export { cacheRoot } from './cache.ts'

// Verilog that nobody has described yet
export { inspectVerilog } from './inspect.ts'
export type { InspectedVerilog, VerilogPort } from './inspect.ts'

// When something is wrong
export { SimulationError, didYouMean } from './error.ts'
export type { Place, SimulationProblem, ToolMessage } from './error.ts'

// For the bridge: the memory that both sides share
export { blockLayout, header, headerWords, status, wordsOf } from './block.ts'
export type { BlockLayout, PortSlot } from './block.ts'
