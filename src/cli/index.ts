// The command line
export { main } from './main.ts'
export type { AddCommand } from './main.ts'
export type { Io } from './io.ts'
