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
export type { Fits } from './connect.ts'
export { external } from './external.ts'
export type { ExternalOptions, ExternalPins } from './external.ts'

// Clocks
export { asynchronous, domain, inDomain, main, provideDomain } from './domain.ts'
export type { DomainOptions, DomainSource } from './domain.ts'

// Shapes (those of #layout, for one import)
export { array, bit, bitsFor, none, oneOf, sint, struct, uint, union } from '#layout'
export type {
  ArrayShape,
  NoneShape,
  OneOfShape,
  Plain,
  Shape,
  SIntShape,
  StructShape,
  UIntShape,
  UnionShape,
} from '#layout'

// Values
export { cat, literal, UInt } from './value.ts'
export type { Bit, Operand, Width } from './value.ts'
export { SInt } from './sint.ts'
export type { SignedOperand } from './sint.ts'
export { OneOf } from './one-of.ts'
export { Union, variant } from './union.ts'
export { constant, pack, unpack } from './bundle.ts'
export { mux, pick } from './choose.ts'
export {
  leadingZeros,
  lowestOne,
  onehot,
  onehotIndex,
  popcount,
  priority,
  replicate,
  reversed,
  trailingZeros,
} from './bit-functions.ts'
export type { Priority } from './bit-functions.ts'
export type { AnyValue, Assignable, Driven, Register, ValueOf } from './shapes-to-values.ts'
export type { HdlTypeError } from './type-error.ts'

// State
export { reg, regs, wire } from './state.ts'
export type { RegisterOptions } from './state.ts'
export { states } from './states.ts'
export type { States } from './states.ts'
export { memory } from './memory.ts'
export type { During, Memory, MemoryOptions, ReadOptions } from './memory.ts'
export { contentsOf } from './contents.ts'
export type { Contents, ContentsFormat } from './contents.ts'

// Control
export { when } from './control.ts'
export type { WhenChain } from './control.ts'

// Properties
export { assert, assume, cover, probe } from './property.ts'
export { changed, fell, past, rose, stable } from './history.ts'
export type { Seen } from './history.ts'
export { follows, holdsUntil, implies, once } from './sequence.ts'
export type { Window } from './sequence.ts'

// Warnings
export { allow } from './allow.ts'
