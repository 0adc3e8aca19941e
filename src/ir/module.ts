/** Modules, their instances, and whole designs. */
import type { Expression } from './expression.ts'
import type { Memory, ReadPort } from './memory.ts'
import type { Origin } from './origin.ts'
import type { Signal } from './signal.ts'
import type { Statement } from './statement.ts'

/**
 * A use of a module. `connections` has every port of it: for its inputs, a wire of the parent (role `wire`, which the
 * parent's body drives); for its outputs, a signal of role `instanceOutput`.
 */
export interface Instance {
  readonly kind: 'instance'
  readonly name: string
  readonly module: Module
  readonly connections: Readonly<Record<string, Signal>>
  readonly origin: Origin
}

/** A record for simulation: sampled in each cycle in which `valid` is 1. Not part of the hardware for people. */
export interface Probe {
  readonly kind: 'probe'
  readonly name: string
  readonly valid: Expression
  readonly record: Expression
  readonly origin: Origin
}

/** A fact that holds in every cycle outside of reset. */
export interface Assertion {
  readonly kind: 'assertion'
  readonly condition: Expression
  readonly sentence: string
  readonly origin: Origin
}

/** A module description after its body has run. Clock `clk` and reset `rst` (synchronous, high) are implicit. */
export interface Module {
  readonly kind: 'module'
  readonly name: string
  /** First sentence of the documentation, for the comment on top of the Verilog. */
  readonly summary: string
  readonly ports: readonly Signal[]
  /** Wires, registers, instance outputs and memory outputs, in the order of their making. */
  readonly signals: readonly Signal[]
  readonly memories: readonly Memory[]
  readonly readPorts: readonly ReadPort[]
  readonly instances: readonly Instance[]
  readonly body: readonly Statement[]
  readonly probes: readonly Probe[]
  readonly assertions: readonly Assertion[]
  readonly origin: Origin
}

/** A top module and every distinct module below it, children before parents, the top last. */
export interface Design {
  readonly kind: 'design'
  readonly top: Module
  readonly modules: readonly Module[]
}
