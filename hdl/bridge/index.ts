// Bridges between the network and the world outside of M³

// Memories of lines
export { lineRequest, loadedLine, placedLine, runLines, sourceLine, storedRun } from './line-port.ts'
export { lineAligner } from './line-aligner.ts'
export { axiLines } from './axi-lines.ts'
export type { AxiLinesOptions } from './axi-lines.ts'
