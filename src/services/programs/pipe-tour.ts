/** Uses both ends of pipes in every way and tells what happens. */
import { codes } from '#kernel'
import type { File } from '../file/file.ts'
import { PipesClient } from '../pipes/client.ts'
import type { Context } from '../runtime/context.ts'
import type { Program } from '../runtime/program.ts'
import { measure } from './measure.ts'
import { refused } from './refused.ts'

const pipeBytes = 256
const usualKibibytes = 4

/** The argument says how many KiB go through the pipe, 4 without. */
export const pipeTour: Program = {
  name: 'pipe-tour',
  summary:
    'writes to pipes of the service "pipes", reads from them and closes them; the argument is the KiB it passes (4)',
  main: async (context) => {
    const service = await PipesClient.open(context)
    const pipe = await service.create(pipeBytes)
    const reader = await pipe.reader()
    const writer = await pipe.writer()

    await writer.write(new TextEncoder().encode('written at one end'))
    await writer.flush()
    await context.print(`read at the other end: '${new TextDecoder().decode(await reader.read(pipeBytes))}'`)
    const right = await pass(context, writer, reader, 1024 * Number(context.args[0] ?? usualKibibytes))
    await context.print(await refused('seek', writer.seek(0, 'end')))
    await context.print(await refused('read from the end for writing', writer.read(1)))

    await writer.write(new TextEncoder().encode('last words'))
    await writer.close()
    const rest = new TextDecoder().decode(await reader.readAll())
    await context.print(`closed the end for writing; the rest is '${rest}', then the file is at its end`)
    await reader.close()

    const other = await service.create(pipeBytes)
    const lonely = await other.writer()
    await (await other.reader()).close()
    await context.print(await refused('write where nobody reads', lonely.write(new Uint8Array(1))))
    await lonely.close()
    await service.close()
    return right ? codes.Success : codes.InvChecksum
  },
}

/** Sends bytes through the pipe, as many at a time as it takes in one piece. */
const pass = async (context: Context, writer: File, reader: File, bytes: number): Promise<boolean> => {
  const data = Uint8Array.from({ length: bytes }, (_, index) => (index * 7 + (index >> 8)) & 0xff)
  let right = true
  await measure(context, 'KiB passed', bytes / 1024, async () => {
    for (let at = 0; at < bytes;) {
      const piece = data.subarray(at, at + pipeBytes / 4)
      await writer.write(piece)
      await writer.flush()
      const found = await reader.readAll(piece.length)
      right &&= found.every((byte, index) => byte === piece[index])
      at += piece.length
    }
  })
  const verdict = right ? 'all bytes right' : 'DIFFERENT'
  await context.print(`passed ${bytes / 1024} KiB through a pipe of ${pipeBytes} bytes: ${verdict}`)
  return right
}
