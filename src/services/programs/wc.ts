import { codes } from '#kernel'
import { openStandard } from '../file/files-of-children.ts'
import type { Program } from '../runtime/program.ts'

const bytesAtOnce = 512

/** Counts what comes, and prints the counts. */
export const wc: Program = {
  name: 'wc',
  summary: 'counts lines, words and bytes of its standard input',
  main: async (context) => {
    const input = await openStandard(context, 'stdin')
    const count = { lines: 0, words: 0, bytes: 0 }
    let inWord = false
    for (let part = await input.read(bytesAtOnce); part.length > 0; part = await input.read(bytesAtOnce)) {
      count.bytes += part.length
      for (const byte of part) {
        const isSpace = byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
        if (byte === 0x0a) count.lines++
        if (!isSpace && !inWord) count.words++
        inWord = !isSpace
      }
    }
    await input.close()
    await context.print(`${count.lines} lines, ${count.words} words, ${count.bytes} bytes`)
    return codes.Success
  },
}
