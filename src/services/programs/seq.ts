import { codes } from '#kernel'
import { openStandard } from '../file/files-of-children.ts'
import type { Program } from '../runtime/program.ts'

/** Writes the numbers from 1 to its argument, a line each. */
export const seq: Program = {
  name: 'seq',
  summary: 'writes the numbers from 1 to N to its standard output, a line each: seq N',
  main: async (context) => {
    const output = await openStandard(context, 'stdout')
    const last = Number(context.args[0] ?? 10)
    for (let number = 1; number <= last; number++) await output.write(new TextEncoder().encode(`${number}\n`))
    await output.close()
    return codes.Success
  },
}
