// Queues
export { fifo } from './fifo.ts'

// Choosing
export { roundRobin } from './round-robin.ts'
export { packetMerge } from './packet-merge.ts'

// Naming modules after their parameters
export { shapeName } from './shape-name.ts'
