// Stream accelerators
export { accelerator, logicUnits } from './accelerator.ts'
export type { AcceleratorParameters } from './accelerator.ts'

// Their parts
export { logicEngine } from './logic-engine.ts'
export { logicJob } from './interfaces.ts'
