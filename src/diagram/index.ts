// What contains what
export { hierarchy, type HierarchyNode, type HierarchyPort } from './hierarchy.ts'

// Blocks and values of a module
export { schematic, type SchematicOptions } from './schematic.ts'

// State machines
export { stateGraph, dotText, mermaidText, type StateGraph, type StateTransition } from './state-graph.ts'
export { stateSvg } from './state-svg.ts'

// When it does not work
export { DiagramError } from './diagram-error.ts'
