// Systems after a description
export { soc } from './soc.ts'
export type { Between } from './join-module.ts'
