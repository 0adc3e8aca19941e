// Tiles by kind
export { acceleratorTile } from './accelerator-tile.ts'
export { computeTile, corePorts } from './compute-tile.ts'
export { axiMemoryTile, memoryTile } from './memory-tile.ts'
export type { AxiTileParameters, MemoryTileParameters, RamTileParameters } from './memory-tile.ts'

// Their memory
export { scratchpad } from './scratchpad.ts'
