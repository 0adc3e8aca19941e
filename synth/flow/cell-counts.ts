/** Cells of a netlist by kind. */
import type { CellKinds } from './targets.ts'

/** How many cells of each kind something has. */
export interface CellCounts {
  readonly luts: number
  readonly flipFlops: number
  readonly carries: number
  readonly rams: number
  readonly multipliers: number
}

type ByType = Readonly<Record<string, number>>

interface Stat {
  /** `Yosys 0.23 (git sha1 ...)`. */
  readonly creator: string
  readonly modules: Readonly<Record<string, { readonly num_cells_by_type: ByType }>>
  readonly design: { readonly num_cells_by_type: ByType }
}

/** The cells of the whole design by type, and the version of yosys, out of `stat -json`. */
export const cellsInDesign = (json: string): { readonly cells: ByType; readonly creator: string } => {
  const { design, creator } = JSON.parse(json) as Stat
  return { cells: design.num_cells_by_type, creator: creator.replace(/ \(.*/, '') }
}

/** Cells by kind out of cells by type. */
export const countKinds = (cells: ByType, kinds: CellKinds): CellCounts => {
  const count = (kind: RegExp): number =>
    Object.entries(cells).reduce((sum, [name, number]) => (kind.test(name) ? sum + number : sum), 0)
  return {
    luts: count(kinds.lut),
    flipFlops: count(kinds.flipFlop),
    carries: count(kinds.carry),
    rams: count(kinds.ram),
    multipliers: count(kinds.multiplier),
  }
}

/** A module of the design, and what is in it without the modules that it instantiates. */
export interface ModuleCells extends CellCounts {
  readonly module: string
  /** How often it is in the design. */
  readonly instances: number
}

/**
 * The modules of a netlist that has kept its hierarchy, out of `stat -json`, largest share of LUTs first.
 *
 * What the mapping has split off a module, such as its memories, counts as the module's own.
 */
export const cellsInModules = (json: string, top: string, kinds: CellKinds): readonly ModuleCells[] => {
  const { modules } = JSON.parse(json) as Stat
  const named = new Map(Object.entries(modules).map(([name, { num_cells_by_type }]) => [bare(name), num_cells_by_type]))
  const times = new Map<string, number>()
  const visit = (name: string, factor: number): void => {
    times.set(name, (times.get(name) ?? 0) + factor)
    for (const [type, number] of Object.entries(named.get(name) ?? {}))
      if (named.has(bare(type))) visit(bare(type), factor * number)
  }
  visit(top, 1)
  return [...times]
    .map(([module, instances]) => ({ module, instances, ...countKinds(named.get(module) ?? {}, kinds) }))
    .sort((one, other) => other.luts * other.instances - one.luts * one.instances)
}

const bare = (name: string): string => name.replace(/^\\/, '')
