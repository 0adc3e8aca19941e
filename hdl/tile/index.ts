// Tiles by kind
export { computeTile, corePorts } from './compute-tile.ts'
export { axiMemoryTile, memoryTile } from './memory-tile.ts'
export type { AxiTileParameters, MemoryTileParameters, RamTileParameters } from './memory-tile.ts'

// Their memory
export { scratchpad } from './scratchpad.ts'
