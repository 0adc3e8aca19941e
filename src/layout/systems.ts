/** The systems that can be chosen by name. */
import { defaultSystem, memoryOffset } from './system.ts'
import type { ComputeTile, SystemDescription, SystemModule } from './system.ts'

const kibibytes = 1024

/** Module id of module `z` at the router (x, y). NoC section 1.1. */
const idAt = (x: number, y: number, z: number): number => (x << 5) | (y << 2) | z

const compute = (name: string, mod: number, role: ComputeTile['role'] = 'user'): ComputeTile => ({
  kind: 'compute',
  name,
  mod,
  memoryBase: memoryOffset,
  memoryBytes: 256 * kibibytes,
  role,
})

/** What every tile of the 3x2 systems has in common: the kernel, six user tiles, a memory tile and the host port. */
const common: readonly SystemModule[] = [
  compute('kernel', idAt(0, 1, 2), 'kernel'),
  compute('user1', idAt(1, 1, 1)),
  compute('user2', idAt(0, 0, 0)),
  compute('user3', idAt(1, 0, 0)),
  compute('user4', idAt(2, 0, 0)),
  compute('user5', idAt(2, 1, 0)),
  compute('user6', idAt(0, 0, 1)),
  { kind: 'memory', name: 'memory', mod: idAt(1, 1, 0), memoryBase: 0, memoryBytes: 1024 * kibibytes },
  { kind: 'host', name: 'host', mod: idAt(0, 1, 1) },
]

const { chip, clockHz, sendTimeoutCycles } = defaultSystem

/** A 3x2 star-mesh: kernel tile, six user tiles, memory tile, host port. */
const soc3x2: SystemDescription = Object.freeze({
  ...{ name: 'soc_3x2', chip, columns: 3, rows: 2, clockHz, sendTimeoutCycles },
  modules: Object.freeze(common),
})

/** Systems by their names; the first one is the default. */
export const systems: ReadonlyMap<string, SystemDescription> = new Map(
  [defaultSystem, soc3x2].map((system) => [system.name, system]),
)
