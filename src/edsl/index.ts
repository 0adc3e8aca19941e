// Structure
export { elaborate, instance, module } from './module.ts'
export type { ModuleDefinition } from './module.ts'
export { connect, input, output, stream } from './ports.ts'
export type { Port, PortRecord, Sink, Source, StreamShape, View, Views } from './ports.ts'

// Shapes (those of #layout, for one import)
export { array, bit, oneOf, struct, uint } from '#layout'
export type { ArrayShape, OneOfShape, Plain, Shape, StructShape, UIntShape } from '#layout'

// Values
export { cat, literal, UInt } from './value.ts'
export type { Bit, Operand, Width } from './value.ts'
export { OneOf } from './one-of.ts'
export { constant, mux, pack, unpack } from './bundle.ts'
export type { AnyValue, Assignable, Driven, Register, ValueOf } from './bundle.ts'

// State
export { reg, states, wire } from './state.ts'
export type { States } from './state.ts'
export { memory } from './memory.ts'
export type { Memory, MemoryOptions } from './memory.ts'

// Control
export { when } from './control.ts'
export type { WhenChain } from './control.ts'

// Properties
export { assert, probe } from './property.ts'
