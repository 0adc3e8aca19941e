/** Systems for random programs: 1 to 8 tiles with TCUs, a memory tile and the host port. */
import { type ComputeTile, memoryOffset, type SystemDescription, type TcuChoice } from '#layout'

export interface AgreeSystemOptions {
  readonly tiles: 1 | 2 | 4 | 8
  /** What the TCUs are built with; a list is dealt out to the tiles in turn. */
  readonly tcu?: TcuChoice | readonly TcuChoice[]
  readonly sendTimeoutCycles?: number
}

const memoryBytes = 64 * 1024
/** Ids {x3, y3, z2} of a mesh of 2x2; z = 3 is the router's own. */
const mods = [0, 1, 2, 3].flatMap((router) => [0, 1, 2].map((z) => ((router & 1) << 5) | ((router >> 1) << 2) | z))

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value)
const dealt = <T>(value: T | readonly T[] | undefined, index: number): T | undefined =>
  value !== undefined && isList(value) ? value[index % value.length] : value

/** A system; the first tile has the kernel's role. */
export const agreeSystem = (options: AgreeSystemOptions): SystemDescription => {
  const rows = options.tiles > 4 ? 2 : 1
  const free = mods.filter((mod) => ((mod >> 2) & 7) < rows)
  // from both ends: neighbours are on different routers
  const take = (index: number): number => (index % 2 === 0 ? free[index / 2] : free.at(-(index + 1) / 2)) as number
  const tiles = Array.from({ length: options.tiles }, (_, index): ComputeTile => {
    const tcu = dealt(options.tcu, index)
    return {
      kind: 'compute',
      name: `t${index}`,
      mod: take(index),
      memoryBase: memoryOffset,
      memoryBytes,
      role: index === 0 ? 'kernel' : 'user',
      ...(tcu === undefined ? {} : { tcu }),
    }
  })
  return {
    name: `soc_agree_${options.tiles}`,
    chip: 3,
    columns: 2,
    rows,
    clockHz: 100_000_000,
    sendTimeoutCycles: options.sendTimeoutCycles ?? 600,
    modules: [
      ...tiles,
      { kind: 'memory', name: 'memory', mod: take(options.tiles), memoryBase: 0, memoryBytes },
      { kind: 'host', name: 'host', mod: take(options.tiles + 1) },
    ],
  }
}
