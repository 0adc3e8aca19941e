// Test benches of tasks that wait for edges, cycles, times and each other.

export { bench } from './bench.ts'
export type { Bench, Task } from './bench.ts'
export type { Trigger } from './trigger.ts'
export type { TaskEvent, TaskLock, TaskQueue } from './exchange.ts'

// When something is wrong
export { TaskCancelled, TaskError } from './error.ts'
