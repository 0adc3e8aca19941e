import type { Program } from '../runtime/program.ts'

/** Prints one line through its TCU, and its arguments if there are any. */
export const hello: Program = {
  name: 'hello',
  summary: 'prints a greeting',
  main: async (context) => {
    await context.calls.noop()
    await context.print('Hello from a tile of its own!')
    for (const [index, arg] of context.args.entries()) await context.print(`argument ${index + 1} is ${arg}`)
    return 0
  },
}
