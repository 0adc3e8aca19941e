/** What can be chosen for a network. Source: NoC section 10.1. */
import type { MessageClass } from './network.ts'

/** A directed channel of a custom graph, between routers by name. */
export interface CustomChannel {
  readonly from: string
  readonly to: string
  /** Register stages. @defaultValue 0 */
  readonly stages?: number
}

/** The shape of a network. A star-mesh is a mesh with more than one module per router. */
export type Topology =
  | { readonly kind: 'mesh'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'torus'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'ring'; readonly routers: number }
  /** One router for all modules. */
  | { readonly kind: 'star' }
  | {
      readonly kind: 'custom'
      readonly routers: readonly string[]
      readonly channels: readonly CustomChannel[]
      /** Root of the spanning tree of `upDown`. @defaultValue computed */
      readonly root?: string
      /** For `table`: `${router}/${input}/${target}` to output, names throughout. */
      readonly table?: Readonly<Record<string, string>>
    }

export type Routing = 'xy' | 'yx' | 'direct' | 'dateline' | 'upDown' | 'table'

export type Arbitration = 'roundRobin' | 'sourceWeighted' | 'age' | 'priority'

/** All choices for a network, with their defaults filled in. */
export interface NetworkParameters {
  readonly topology: Topology
  readonly routing: Routing
  /** Classes of each plane; by default one plane with all classes. */
  readonly planes: readonly (readonly MessageClass[])[]
  /** Virtual channels per class, 1 to 4. @defaultValue 1 */
  readonly vcsPerClass: number
  /** Flits of each virtual channel at an input, 2 to 64. @defaultValue 8 */
  readonly depth: number
  /** Cycles that a flit needs on a link, 1, 2, 4 or 8. @defaultValue 1 */
  readonly phits: 1 | 2 | 4 | 8
  /** Cycles of a router. @defaultValue 'one' */
  readonly pipeline: 'one' | 'two'
  /** Rounds of allocation per cycle. @defaultValue 1 */
  readonly rounds: 1 | 2
  readonly outputRegister: boolean
  /** @defaultValue 'sourceWeighted' */
  readonly arbitration: Arbitration
  /** Levels of `priority` by message class, 0 first; and after how many grants a level may no longer be passed over. */
  readonly priority: { readonly levels: readonly number[]; readonly bound: number }
  /** Cycles of the guards, 0 = off. @defaultValue tx 4096, rx 65536 */
  readonly guards: { readonly tx: number; readonly rx: number }
  /** Rate limit of every interface in flits per 256 cycles and burst in flits; undefined = none. */
  readonly rateLimit: { readonly flits: number; readonly burst: number } | undefined
  /** Routers count, and have registers at z = 3. @defaultValue true */
  readonly counters: boolean
  /** Longest packet in flits for bounds. @defaultValue 131 */
  readonly longestPacket: number
}
