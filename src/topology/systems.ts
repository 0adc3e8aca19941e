/** Systems for comparisons, measurements and tests. */
import type { NetworkChoice } from '#layout'
import type { NetworkDescription, NetworkModule } from './description.ts'
import { modAt } from './mod-id.ts'

/**
 * The reference system: a 2x2 star-mesh with exactly the ids of NoC section 1.2. The UART is a module here, so all twelve
 * ports exist; the host is behind the Ethernet module.
 */
export const starmesh2x2x3: NetworkDescription = Object.freeze({
  name: 'starmesh_2x2x3',
  chip: 0,
  columns: 2,
  rows: 2,
  modules: Object.freeze([
    { kind: 'uart', name: 'uart', mod: 0x04 },
    { kind: 'host', name: 'ethernet', mod: 0x05 },
    { kind: 'compute', name: 'pm0', mod: 0x06 },
    { kind: 'memory', name: 'dram1', mod: 0x24 },
    { kind: 'compute', name: 'pm1', mod: 0x25 },
    { kind: 'compute', name: 'pm2', mod: 0x26 },
    { kind: 'compute', name: 'pm3', mod: 0x00 },
    { kind: 'compute', name: 'pm4', mod: 0x01 },
    { kind: 'compute', name: 'pm5', mod: 0x02 },
    { kind: 'compute', name: 'pm6', mod: 0x20 },
    { kind: 'compute', name: 'pm7', mod: 0x21 },
    { kind: 'memory', name: 'dram2', mod: 0x22 },
  ]),
})

/** What a system of equal modules is made of. */
export interface GridOptions {
  readonly columns: number
  readonly rows: number
  /** 1 to 4; 4 leaves no id for the registers of routers. @defaultValue 1 */
  readonly modulesPerRouter?: number
  /** Kind of all modules. @defaultValue 'traffic', which answers nothing by itself */
  readonly kind?: string
  readonly network?: NetworkChoice
}

/** A mesh of `columns` x `rows` routers with equal modules, named `m00` by their ids, row by row, then z. */
export const meshSystem = ({
  columns,
  rows,
  modulesPerRouter = 1,
  kind,
  network,
}: GridOptions): NetworkDescription => ({
  name: `mesh_${columns}x${rows}x${modulesPerRouter}`,
  chip: 0,
  columns,
  rows,
  modules: gridModules(columns, rows, modulesPerRouter, kind),
  network,
})

/** Equal modules at every router of a grid, row by row, then z. */
export const gridModules = (
  columns: number,
  rows: number,
  perRouter: number,
  kind = 'traffic',
): readonly NetworkModule[] =>
  Array.from({ length: columns * rows * perRouter }, (_, index) => {
    const router = Math.floor(index / perRouter)
    const mod = modAt(router % columns, Math.floor(router / columns), index % perRouter)
    return { kind, name: `m${mod.toString(16).padStart(2, '0')}`, mod }
  })
