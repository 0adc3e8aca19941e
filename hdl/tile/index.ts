// Tiles by kind
export { acceleratorTile } from './accelerator-tile.ts'
export { computeTile, corePorts } from './compute-tile.ts'
export { coreLinkPorts, coreTile } from './core-tile.ts'
export type { CoreLink, CoreLinkPorts } from './core-tile.ts'
export { axiMemoryTile, memoryTile } from './memory-tile.ts'
export type { AxiTileParameters, MemoryTileParameters, RamTileParameters } from './memory-tile.ts'

// Their memory
export { scratchpad } from './scratchpad.ts'
