/** Eight cached tiles and a memory on a ring: `npx tessera noc check examples/systems/ring.ts`. */
import { defineSystem } from '#describe'

export const system = defineSystem({
  name: 'ring_of_eight',
  network: {
    topology: { kind: 'ring', routers: 8 },
    planes: [
      [0, 2],
      [1, 3],
    ],
  },
  tiles: Array.from({ length: 8 }, (_, index) => ({ kind: 'cached', name: `cpu${index}`, router: `r${index}` })),
  memories: [{ kind: 'dram', name: 'dram', router: 'r0' }],
  host: { name: 'host', router: 'r4' },
})
