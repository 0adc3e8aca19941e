/** Text that comes line by line. */
import type { File } from './file.ts'

const bytesAtOnce = 512

/** The lines of a file from its position on, without their ends; what follows the last end is a line if there is any. */
export async function* linesOf(file: File): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for (let part = await file.read(bytesAtOnce); part.length > 0; part = await file.read(bytesAtOnce)) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
    rest = lines.pop() as string
    yield* lines
  }
  if (rest !== '') yield rest
}
