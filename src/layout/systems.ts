/** The systems that can be chosen by name. */
import { defaultSystem, memoryOffset } from './system.ts'
import { acceleratorLeastBytes } from './accelerator.ts'
import type { AcceleratorLogic } from './accelerator.ts'
import type { AcceleratorTile, ComputeTile, SystemDescription, SystemModule } from './system.ts'

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

const accelerator = (name: string, logic: AcceleratorLogic, mod: number): AcceleratorTile => ({
  kind: 'accelerator',
  name,
  mod,
  memoryBase: memoryOffset,
  memoryBytes: acceleratorLeastBytes,
  logic,
})

/** What the 3x2 systems have in common: the kernel, six user tiles, a memory tile and the host port. */
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

/** The same with accelerators: two for ROT13, and one each for copies, digests and spectra. */
const soc3x2Accelerators: SystemDescription = Object.freeze({
  ...soc3x2,
  name: 'soc_3x2_accel',
  modules: Object.freeze([
    ...common,
    accelerator('rot13a', 'rot13', idAt(2, 0, 1)),
    accelerator('rot13b', 'rot13', idAt(2, 1, 1)),
    accelerator('copy', 'copy', idAt(1, 0, 1)),
    accelerator('sha3', 'sha3', idAt(0, 0, 2)),
    accelerator('fft', 'fft', idAt(1, 0, 2)),
  ]),
})

/** Systems by their names; the first one is the default. */
export const systems: ReadonlyMap<string, SystemDescription> = new Map(
  [defaultSystem, soc3x2, soc3x2Accelerators].map((system) => [system.name, system]),
)
