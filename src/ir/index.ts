// Places
export type { Origin, Place } from './origin.ts'

// Values
export type { Expression, Literal, MemoryRead, Operation, Operator, Select, Slice } from './expression.ts'
export type { Signal } from './signal.ts'
export type { Memory, ReadPort } from './memory.ts'

// Behaviour
export type { Assign, Match, MemoryWrite, Statement, When } from './statement.ts'

// Structure
export type { Assertion, Design, Instance, Module, Probe } from './module.ts'

// Mistakes
export type { Diagnostic, Mark } from './diagnostic.ts'
