// What a simulator is built from: plain data, so that any front end can fill it in.

/** A Verilog file by name; `name` appears in Verilator's messages. */
export interface SourceFile {
  readonly name: string
  readonly text: string
  /** Written by others: Verilator's warnings about it are not ours to heed. */
  readonly foreign?: boolean
}

/** A port of the top module, except `clk` and `rst`, which every top module has. */
export interface PortDescription {
  readonly name: string
  readonly direction: 'input' | 'output'
  readonly bits: number
}

/**
 * A wire somewhere in the hierarchy that is sampled in every cycle.
 *
 * Bit `bits - 1` says whether there is a record in this cycle, the bits below are the record.
 */
export interface ProbeDescription {
  readonly name: string
  /** Instance names below the top, separated by dots; empty for the top itself. */
  readonly path: string
  /** The Verilog module that declares the wire. */
  readonly module: string
  readonly wire: string
  readonly bits: number
}

/** An unpacked array `reg [bits-1:0] variable [0:depth-1]` somewhere in the hierarchy. */
export interface MemoryDescription {
  readonly name: string
  /** Instance names below the top, separated by dots; empty for the top itself. */
  readonly path: string
  /** The Verilog module that declares the array. */
  readonly module: string
  readonly variable: string
  readonly depth: number
  readonly bits: number
}

/** A signal somewhere in the hierarchy whose value can be looked at between steps. Verilator may have left it out. */
export interface WatchDescription {
  /** Instance names below the top, separated by dots; empty for the top itself. */
  readonly path: string
  /** The Verilog module that declares the signal. */
  readonly module: string
  readonly variable: string
  readonly bits: number
}

/** Everything a simulator is made of. The top module has `clk` and `rst` (synchronous, active high), unless `clocks` says more. */
export interface SimulationSource {
  /** Verilog name of the top module. */
  readonly top: string
  /** Verilog text, any order. */
  readonly files: readonly SourceFile[]
  /** Ports of the top module without `clk` and `rst`. */
  readonly ports: readonly PortDescription[]
  readonly probes: readonly ProbeDescription[]
  readonly memories: readonly MemoryDescription[]
  /** Clock inputs of a top with other clocks than `clk`; its resets are described as ports then, `rst` like any other. */
  readonly clocks?: readonly string[]
  readonly watched?: readonly WatchDescription[]
}

/** Which waveform format a simulator can write; a simulator without one is faster. */
export type TraceFormat = 'none' | 'vcd' | 'fst'
