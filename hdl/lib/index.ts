// Queues
export { fifo } from './fifo.ts'

// Choosing
export { roundRobin } from './round-robin.ts'
export { packetMerge } from './packet-merge.ts'

// Registers
export { registerBank } from './register-bank.ts'
export type { Bank, BankAccess, BankRegister } from './register-bank.ts'

// Naming modules after their parameters
export { shapeName } from './shape-name.ts'
