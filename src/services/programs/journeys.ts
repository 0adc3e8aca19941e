import { codes } from '#kernel'
import { FileSystemClient } from '../file/file-system-client.ts'
import type { Program } from '../runtime/program.ts'
import { measure } from './measure.ts'

const readBytes = 64

/** Does single things one after the other, each measured alone, to look at on their ways through the system. */
export const journeys: Program = {
  name: 'journeys',
  summary: 'makes a system call that does nothing, then opens, reads and closes the file of its argument in "m3fs"',
  main: async (context) => {
    const path = context.args[0] ?? '/'
    await context.calls.noop()
    await measure(context, 'null system call', 1, () => context.calls.noop())
    const files = await FileSystemClient.open(context)
    const file = await measure(context, 'file open', 1, () => files.open(path))
    await measure(context, 'file read', 1, () => file.read(readBytes))
    await measure(context, 'file close', 1, () => file.close())
    await files.close()
    return codes.Success
  },
}
