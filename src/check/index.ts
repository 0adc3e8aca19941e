// What is wrong with a design
export { checkDesign } from './check-design.ts'
