// Places
export type { Origin, Place } from './origin.ts'

// Values
export type { Expression, Literal, MemoryRead, Operation, Operator, Select, Slice } from './expression.ts'
export type { Signal } from './signal.ts'
export type { Memory, ReadPort } from './memory.ts'

// Behaviour
export type { Assign, Match, MemoryWrite, Statement, When } from './statement.ts'

// Structure
export type { Domain } from './domain.ts'
export type { Allowance, Design, External, Instance, Module, Probe, ProvidedDomain, StateMachine } from './module.ts'
export type { Property } from './property.ts'

// Mistakes
export type { Diagnostic, Fix, Mark } from './diagnostic.ts'
