/**
 * Random designs as plain data. Every number in them means something whatever it is, because it counts modulo what there is to
 * choose from: so each part of a recipe can be left out or made smaller, and what remains still describes a design.
 */

/** Stands for a value: 0 to 49 from the first one on, 50 to 99 from the last one back, above a literal. */
export interface Ref {
  readonly at: number
  /** Which bits of a value that is too wide, which bit of several, which literal. */
  readonly k: number
}

export type Clock = 'main' | 'other'

export type ShapeRecipe =
  | { readonly kind: 'uint' | 'sint'; readonly bits: number }
  | {
      readonly kind: 'oneOf'
      readonly cases: number
      readonly encoding: 'counted' | 'oneHot' | 'gray' | 'given'
    }
  | { readonly kind: 'struct'; readonly fields: readonly ShapeRecipe[] }
  | { readonly kind: 'array'; readonly element: ShapeRecipe; readonly length: number }
  /** Undefined: a variant that carries nothing. */
  | { readonly kind: 'union'; readonly variants: readonly (ShapeRecipe | undefined)[] }

/** An input port. */
export interface InputRecipe {
  readonly shape: ShapeRecipe
  readonly clock: Clock
}

/** What a module has, in the order in which it comes to be. */
export type Item =
  ComputeItem | RegisterItem | WireItem | MemoryItem | StatesItem | InstanceItem | CrossingItem | PropertyItem

export interface ComputeItem {
  readonly kind: 'compute'
  /** Index into the operators. */
  readonly operator: number
  readonly refs: readonly Ref[]
  /** A width, a distance or a count, as the operator needs one. */
  readonly n: number
  readonly clock: Clock
}

export interface RegisterItem {
  readonly kind: 'register'
  readonly shape: ShapeRecipe
  readonly clock: Clock
  readonly reset: 'value' | 'none'
  readonly enabled: boolean
  readonly next: 'always' | 'sometimes'
  readonly refs: readonly Ref[]
}

export interface WireItem {
  readonly kind: 'wire'
  readonly shape: ShapeRecipe
  readonly clock: Clock
  /** How many exceptions the quiet value has, in one chain of `when`. */
  readonly exceptions: number
  readonly refs: readonly Ref[]
}

export interface MemoryItem {
  readonly kind: 'memory'
  readonly shape: ShapeRecipe
  readonly depth: number
  readonly clock: Clock
  readonly read: 'now' | 'next'
  readonly during: 'old' | 'new' | 'never'
  readonly contents: 'none' | 'value' | 'list'
  readonly style: 'auto' | 'block' | 'distributed' | 'registers'
  readonly reads: number
  readonly writes: number
  /** Whether reads with `next` have an enable, and writes one enable per part of the word. */
  readonly enabled: boolean
  readonly refs: readonly Ref[]
}

export interface StatesItem {
  readonly kind: 'states'
  readonly cases: number
  readonly encoding: 'counted' | 'oneHot' | 'gray' | 'given'
  readonly clock: Clock
  readonly refs: readonly Ref[]
}

export interface InstanceItem {
  readonly kind: 'instance'
  readonly module: number
  readonly clock: Clock
  /** Whether the domains of the module change places. */
  readonly swapped: boolean
  readonly refs: readonly Ref[]
}

export interface CrossingItem {
  readonly kind: 'crossing'
  readonly to: Clock
  readonly refs: readonly Ref[]
}

export interface PropertyItem {
  readonly kind: 'property'
  readonly sort: number
  readonly n: number
  readonly guarded: boolean
  readonly clock: Clock
  readonly refs: readonly Ref[]
}

/** What happens at the clock edge, besides what items do by themselves. */
export type StatementRecipe =
  | { readonly kind: 'set'; readonly target: number; readonly part: number; readonly refs: readonly Ref[] }
  | {
      readonly kind: 'when'
      readonly branches: readonly { readonly condition: Ref; readonly body: readonly StatementRecipe[] }[]
      readonly otherwise: readonly StatementRecipe[]
    }
  | { readonly kind: 'match'; readonly subject: number; readonly bodies: readonly (readonly StatementRecipe[])[] }

export interface ModuleRecipe {
  readonly inputs: readonly InputRecipe[]
  readonly items: readonly Item[]
  readonly statements: readonly { readonly clock: Clock; readonly statement: StatementRecipe }[]
}

/** A design: the first module is the top; each may have instances of those behind it. */
export interface Recipe {
  readonly modules: readonly ModuleRecipe[]
  /** The reset of the second clock. */
  readonly otherReset: 'synchronous' | 'asynchronous' | 'none'
  /** Decides the inputs in every cycle, and what has no first value. */
  readonly stimulus: number
}
