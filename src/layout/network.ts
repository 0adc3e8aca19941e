/**
 * What can be chosen for the network of a system. Plain data, part of a system's description. Source: NoC sections 2.8, 10.1.
 */

/** A message class, 0 (requests) to 3. NoC section 2.8. */
export type MessageClass = 0 | 1 | 2 | 3

/** A directed channel of a custom graph, between routers by name. */
export interface CustomChannel {
  readonly from: string
  readonly to: string
  /** Register stages, 0 to 8. @defaultValue 0 */
  readonly stages?: number | undefined
}

/** The shape of a network. A star-mesh is a mesh with more than one module per router. */
export type Topology =
  | { readonly kind: 'mesh'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'torus'; readonly columns: number; readonly rows: number }
  /** Router i has the place (i mod 8, i / 8) for module ids. */
  | { readonly kind: 'ring'; readonly routers: number }
  /** One router for all modules. */
  | { readonly kind: 'star' }
  | {
      readonly kind: 'custom'
      readonly routers: readonly string[]
      readonly channels: readonly CustomChannel[]
      /** Root of the spanning tree of `upDown`. @defaultValue computed */
      readonly root?: string | undefined
      /**
       * For `table`: `router/input/target` to an output of that router. Inputs and outputs are the names of neighbours, or
       * `moduleN` for the Nth module at the router; targets are names of modules; `*` as input stands for every one.
       * An output with `:1` behind it changes to the second lane.
       */
      readonly table?: Readonly<Record<string, string>> | undefined
    }

/**
 * How packets find their way. `shortest` has no rule against circles (all turns of a mesh; rings and tori without
 * datelines): the deadlock check refuses it wherever a circle is possible. NoC section 10.2.
 */
export type Routing = 'xy' | 'yx' | 'direct' | 'dateline' | 'upDown' | 'table' | 'shortest'

/** Who goes first at an output. NoC section 10.6. */
export type Arbitration = 'roundRobin' | 'sourceWeighted' | 'age' | 'priority'

/** All choices for a network, with their defaults filled in. NoC section 10.1. */
export interface NetworkParameters {
  readonly topology: Topology
  readonly routing: Routing
  /** Message classes in use. @defaultValue what the modules need */
  readonly classes: 1 | 2 | 3 | 4
  /** Classes of each plane. @defaultValue one plane with all classes */
  readonly planes: readonly (readonly MessageClass[])[]
  /** Virtual channels per class, 1 to 4. @defaultValue 1; 2 with datelines */
  readonly vcsPerClass: number
  /** Flits of each virtual channel at an input, 2 to 64. @defaultValue 8 */
  readonly depth: number
  /** Cycles that a flit needs on a link, 1, 2, 4 or 8. @defaultValue 1 */
  readonly phits: 1 | 2 | 4 | 8
  /** Cycles of a router. @defaultValue 'one' */
  readonly pipeline: 'one' | 'two'
  /** Rounds of allocation per cycle. @defaultValue 1 */
  readonly rounds: 1 | 2
  /** Whether a flit leaves a router out of a register. @defaultValue true with the pipeline 'two' */
  readonly outputRegister: boolean
  /** Register stages of every link between routers, 0 to 8. @defaultValue 0 */
  readonly linkStages: number
  /** Whether every link must move a flit in every cycle, which takes depth. @defaultValue false */
  readonly fullRate: boolean
  /** @defaultValue 'sourceWeighted' */
  readonly arbitration: Arbitration
  /** Levels of `priority` by message class, 0 first; and after how many grants a level may no longer be passed over. */
  readonly priority: { readonly levels: readonly number[]; readonly bound: number }
  /** Cycles of the guards, 0 = off. @defaultValue tx 4096, rx 65536 */
  readonly guards: { readonly tx: number; readonly rx: number }
  /** Rate limit of every interface in flits per 256 cycles and burst in flits; undefined = none. */
  readonly rateLimit: { readonly flits: number; readonly burst: number } | undefined
  /** Routers count, and have registers at z = 3. @defaultValue true, false with a table and with one class */
  readonly counters: boolean
  /** Longest packet in flits for bounds. @defaultValue 131 */
  readonly longestPacket: number
}

/** What a description says about its network; what it leaves out has its default. */
export type NetworkChoice = { readonly [Key in keyof NetworkParameters]?: NetworkParameters[Key] | undefined }
