// What contains what
export { hierarchy, type HierarchyNode, type HierarchyPort } from './hierarchy.ts'

// Blocks and values of a module
export { schematic, type SchematicOptions } from './schematic.ts'

// State machines
export { stateGraph, dotText, mermaidText, type StateGraph, type StateTransition } from './state-graph.ts'
export { stateSvg } from './state-svg.ts'

// Networks
export { networkSvg, type NetworkSvgOptions } from './network-svg.ts'

// When it does not work
export { DiagramError } from './diagram-error.ts'

// Who has to be trusted
export { trustSvg, type TrustGraph, type TrustParty } from './trust-svg.ts'
