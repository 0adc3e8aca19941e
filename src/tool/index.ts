// Programs of others: found, run, and never left behind
export { findProgram } from './find-program.ts'
export { keep, removeOnExit, run } from './process.ts'
export type { RunOptions, RunResult } from './process.ts'
export { ToolError } from './tool-error.ts'
