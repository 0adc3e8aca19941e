// The units that tiles are made of
export { tcu } from './tcu.ts'
export { memoryTcu } from './memory-tcu.ts'

// What they are joined with
export { memoryRequest, registerAccess, registerAnswer } from './interfaces.ts'
export type { TcuParameters } from './interfaces.ts'
