/** Systems for tests of the network. */
import { memoryOffset, type SystemDescription, type SystemModule } from '#layout'

/** A system of compute tiles with the given module ids; the one with the id `host` is the host port. */
export const systemOf = (
  name: string,
  columns: number,
  rows: number,
  mods: readonly number[],
  host?: number,
): SystemDescription => ({
  name,
  chip: 0,
  columns,
  rows,
  clockHz: 100_000_000,
  sendTimeoutCycles: 0,
  modules: mods.map((mod): SystemModule => {
    const id = `m${mod.toString(16).padStart(2, '0')}`
    if (mod === host) return { kind: 'host', name: id, mod }
    return { kind: 'compute', name: id, mod, memoryBase: memoryOffset, memoryBytes: 4096, role: 'user' }
  }),
})

/** The module id at a place. */
export const modAt = (x: number, y: number, z: number): number => (x << 5) | (y << 2) | z

/** A mesh with `perRouter` modules at every router. */
export const meshOf = (columns: number, rows: number, perRouter: number): SystemDescription => {
  const mods: number[] = []
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) for (let z = 0; z < perRouter; z++) mods.push(modAt(x, y, z))
  return systemOf(`mesh_${columns}x${rows}x${perRouter}`, columns, rows, mods)
}
