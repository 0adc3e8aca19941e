// Systems after a description
export { soc } from './soc.ts'
