/** Modules, their instances, and whole designs. */
import type { Domain } from './domain.ts'
import type { Expression } from './expression.ts'
import type { Memory, ReadPort } from './memory.ts'
import type { Origin } from './origin.ts'
import type { Property } from './property.ts'
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
  /** The parent's domain for each domain of the module, by the module's name of it. */
  readonly domains: Readonly<Record<string, Domain>>
  readonly origin: Origin
}

/** A record for simulation: sampled in each cycle in which `valid` is 1. Not part of the hardware for people. */
export interface Probe {
  readonly kind: 'probe'
  readonly name: string
  readonly valid: Expression
  readonly record: Expression
  readonly domain: Domain
  readonly origin: Origin
}

/** A domain whose clock is made inside the module, by a clock generator or a pin; the module has no input for it. */
export interface ProvidedDomain {
  readonly kind: 'providedDomain'
  readonly domain: Domain
  readonly clock: Signal
  readonly reset: Signal | undefined
  readonly origin: Origin
}

/** A register that is a state machine: the states are its cases, the first one is its reset value. */
export interface StateMachine {
  readonly kind: 'stateMachine'
  readonly register: Signal
  readonly origin: Origin
}

/** A warning that the designer has seen and means: `allow('HDL-0305', reason)`. */
export interface Allowance {
  readonly kind: 'allowance'
  readonly code: string
  /** What it is about; undefined: anything in the module. */
  readonly signal: Signal | undefined
  readonly reason: string
  readonly origin: Origin
}

/** Verilog that was not made here: `body` is empty, ports and parameters are those of the Verilog module. */
export interface External {
  readonly kind: 'external'
  /** Name of the Verilog module; that of the module here tells uses with different parameters apart. */
  readonly verilogName: string
  readonly parameters: Readonly<Record<string, number | bigint | string>>
  /** Files that hold it; none for the cells of an FPGA family, which its tools know. */
  readonly files: readonly string[]
  /** Its clock and reset pins, by domain. */
  readonly pins: Readonly<Record<string, { readonly clock: string; readonly reset: string | undefined }>>
}

/** A module description after its body has run. */
export interface Module {
  readonly kind: 'module'
  readonly name: string
  /** First sentence of the documentation, for the comment on top of the Verilog. */
  readonly summary: string
  /** Every domain that it or an instance below needs a clock of from outside; `main` first, then in order of first use. */
  readonly domains: readonly Domain[]
  readonly provided: readonly ProvidedDomain[]
  readonly ports: readonly Signal[]
  /** Wires, registers, instance outputs and memory outputs, in the order of their making. */
  readonly signals: readonly Signal[]
  readonly memories: readonly Memory[]
  readonly readPorts: readonly ReadPort[]
  readonly instances: readonly Instance[]
  readonly machines: readonly StateMachine[]
  readonly body: readonly Statement[]
  readonly probes: readonly Probe[]
  readonly properties: readonly Property[]
  readonly allowances: readonly Allowance[]
  readonly external: External | undefined
  readonly origin: Origin
}

/** A top module and every distinct module below it, children before parents, the top last. */
export interface Design {
  readonly kind: 'design'
  readonly top: Module
  readonly modules: readonly Module[]
}
