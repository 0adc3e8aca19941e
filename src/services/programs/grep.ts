import { codes } from '#kernel'
import { openStandard } from '../file/files-of-children.ts'
import { linesOf } from '../file/lines.ts'
import type { Program } from '../runtime/program.ts'

/** Passes on the lines that contain its argument. */
export const grep: Program = {
  name: 'grep',
  summary: 'passes lines with TEXT in them from its standard input to its standard output: grep TEXT',
  main: async (context) => {
    const input = await openStandard(context, 'stdin')
    const output = await openStandard(context, 'stdout')
    const text = context.args[0] ?? ''
    for await (const line of linesOf(input))
      if (line.includes(text)) await output.write(new TextEncoder().encode(`${line}\n`))
    await output.close()
    await input.close()
    return codes.Success
  },
}
