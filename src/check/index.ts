// What is wrong with a design
export { checkDesign } from './check-design.ts'

// What is wrong with this program
export { validateDesign } from './validate-design.ts'
export { InternalFault } from './internal-fault.ts'
