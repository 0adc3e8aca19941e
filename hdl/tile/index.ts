// Tiles by kind
export { computeTile, corePorts } from './compute-tile.ts'
export { memoryTile } from './memory-tile.ts'

// Their memory
export { scratchpad } from './scratchpad.ts'
