// Structure
export { elaborate, module } from './module.ts'
export type { ModuleDefinition } from './module.ts'
export { instance } from './instance.ts'
export type { InstanceOptions } from './instance.ts'
export { flip, input, output, stream } from './ports.ts'
export type {
  Flipped,
  Port,
  PortOptions,
  PortRecord,
  PortTree,
  Sink,
  Source,
  StreamShape,
  View,
  Views,
} from './ports.ts'
export { connect } from './connect.ts'
export type { Fits, HdlTypeError } from './connect.ts'
export { external } from './external.ts'
export type { ExternalOptions, ExternalPins } from './external.ts'

// Clocks
export { asynchronous, domain, inDomain, main, provideDomain } from './domain.ts'
export type { DomainOptions, DomainSource } from './domain.ts'

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
