// Bridges between the network and the world outside of M³

// Memories of lines
export { lineRequest, loadedLine, placedLine, runLines, sourceLine, storedRun } from './line-port.ts'
export { lineAligner } from './line-aligner.ts'
export { axiLines } from './axi-lines.ts'
export type { AxiLinesOptions } from './axi-lines.ts'

// The host
export { hostBridge } from './host-bridge.ts'
export type { HostBridgeOptions, HostLinkFormat } from './host-parameters.ts'
export { serialHostBridge } from './host-uart.ts'
export type { SerialHostBridgeOptions } from './host-uart.ts'

// Cores
export { coreBridge } from './core-bridge.ts'
export type { CoreBridgeOptions } from './core-options.ts'
