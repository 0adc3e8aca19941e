// What runs a design
export type { Engine, MemorySlot, PropertyEvent, Slot } from './engine.ts'

// The WebAssembly engine
export { compileWasm } from './compile.ts'
export type { CompiledDesign, CompileOptions, ProbeInfo, PropertyInfo } from './compile.ts'
export { openWasm } from './open.ts'
export type { EngineRecord, WasmEngine } from './open.ts'
export { EngineError } from './engine-error.ts'
