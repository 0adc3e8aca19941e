// The units that tiles are made of
export { tcu } from './tcu.ts'

// What they are joined with
export { clockName, dropEvent, memoryRequest, registerAccess, registerAnswer } from './interfaces.ts'
export { choiceName } from './choice.ts'
export type { TcuParameters } from './interfaces.ts'
