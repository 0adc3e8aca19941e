/** The system on which the acceptance workloads run as hardware. */
import { systems } from '../../../src/layout/index.ts'
import type { SystemDescription } from '../../../src/layout/index.ts'

const large = systems.get('soc_3x2_accel') as SystemDescription
const [columns, rows] = [2, 2]
const accelerators = ['rot13a', 'rot13b', 'fft']

/** As small as all of them allow: six tiles for programs, and three accelerators, at four routers. */
export const acceptanceSystem: SystemDescription = {
  ...large,
  name: 'soc_acceptance',
  columns,
  rows,
  modules: large.modules
    .filter(({ name, kind }) => kind !== 'accelerator' || accelerators.includes(name))
    .map((module, index) => {
      const [x, y, z] = [index % columns, Math.floor(index / columns) % rows, Math.floor(index / (columns * rows))]
      return { ...module, mod: (x << 5) | (y << 2) | z }
    }),
}
