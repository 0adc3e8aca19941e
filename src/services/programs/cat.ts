import { codes } from '#kernel'
import { openStandard } from '../file/files-of-children.ts'
import type { Program } from '../runtime/program.ts'

const bytesAtOnce = 1024

/** Passes everything on. */
export const cat: Program = {
  name: 'cat',
  summary: 'copies its standard input to its standard output',
  main: async (context) => {
    const input = await openStandard(context, 'stdin')
    const output = await openStandard(context, 'stdout')
    for (let part = await input.read(bytesAtOnce); part.length > 0; part = await input.read(bytesAtOnce))
      await output.write(part)
    await output.close()
    await input.close()
    return codes.Success
  },
}
