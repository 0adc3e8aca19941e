// Stream accelerators
export { accelerator, logicUnits } from './accelerator.ts'
export type { AcceleratorParameters } from './accelerator.ts'

// Their parts
export { acceleratorControl } from './control.ts'
export { commander } from './commander.ts'
export { logicEngine } from './logic-engine.ts'
export { logicPorts } from './logic-ports.ts'
export { resultLine, streamLine } from './interfaces.ts'
