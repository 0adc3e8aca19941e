/** What a generated folder is made of, for the tools that build from it. */
import type { RegisterMap, SystemDescription } from '#layout'

/** Names as the Verilog has them. */
export interface Project {
  readonly top: string
  /** Verilog in the order in which tools may read it, relative to the folder. */
  readonly verilog: readonly string[]
  /** First contents of memories, which the Verilog reads by name. */
  readonly data: readonly string[]
  /** Clock inputs of the top. */
  readonly clocks: readonly string[]
  /** The frequency of each clock that constraints ask for, in hertz. */
  readonly clockHz: number
  /** Register maps of what is in the design, each named differently. */
  readonly maps: readonly RegisterMap[]
  /** The system, if the design is one. */
  readonly system: SystemDescription | undefined
}

/** A file of the folder. */
export interface ProjectFile {
  readonly name: string
  readonly text: string
}
