/** Uses a file system in every way and tells what happens. */
import { codes } from '#kernel'
import { FileSystemClient } from '../file/file-system-client.ts'
import { openFlags } from '../m3fs/open-file.ts'
import type { Context } from '../runtime/context.ts'
import type { Program } from '../runtime/program.ts'
import { measure } from './measure.ts'
import { refused } from './refused.ts'

const { read, write, create, append } = openFlags
const usualKibibytes = 64

/** The argument says how many KiB it writes and reads back, 64 without. */
export const fileTour: Program = {
  name: 'file-tour',
  summary:
    'lists, reads, writes, links and removes files of the service "m3fs"; the argument is the KiB it writes (64)',
  main: async (context) => {
    const files = await FileSystemClient.open(context)
    await context.print(`the root directory has ${(await files.readdir('/')).join(', ')}`)
    for (const name of await files.readdir('/letters')) {
      const text = new TextDecoder().decode(await wholeFile(files, `/letters/${name}`))
      await context.print(`/letters/${name}: ${text.trim()}`)
    }

    const right = await writeAndRead(context, files, 1024 * Number(context.args[0] ?? usualKibibytes))
    await appendTo(context, files)
    await moveAround(context, files)
    await files.close()
    return right ? codes.Success : codes.InvChecksum
  },
}

const wholeFile = async (files: FileSystemClient, path: string): Promise<Uint8Array> => {
  const file = await files.open(path, read)
  const contents = await file.readAll()
  await file.close()
  return contents
}

const writeAndRead = async (context: Context, files: FileSystemClient, bytes: number): Promise<boolean> => {
  const data = Uint8Array.from({ length: bytes }, (_, index) => (index * 7 + (index >> 8)) & 0xff)
  const output = await files.open('/data', write | create)
  await measure(context, 'KiB written', bytes / 1024, async () => {
    await output.write(data)
    await output.flush()
  })
  await output.close()
  const found = await measure(context, 'KiB read', bytes / 1024, () => wholeFile(files, '/data'))
  const right = found.length === bytes && found.every((byte, index) => byte === data[index])
  const { extents } = await files.stat('/data')
  await context.print(
    `wrote ${bytes / 1024} KiB to /data, in ${extents} extent${extents === 1 ? '' : 's'}; read it back: ` +
      (right ? 'all bytes right' : 'DIFFERENT'),
  )
  return right
}

const appendTo = async (context: Context, files: FileSystemClient): Promise<void> => {
  const path = '/letters/alice.txt'
  const file = await files.open(path, read | write | append)
  const from = file.position
  await file.write(new TextEncoder().encode('PS: I can write more.\n'))
  await file.seek(from)
  const added = new TextDecoder().decode(await file.readAll())
  await file.close()
  await context.print(`appended to ${path} at byte ${from}: ${added.trim()}`)
}

const moveAround = async (context: Context, files: FileSystemClient): Promise<void> => {
  await files.mkdir('/archive')
  await files.link('/letters/bob.txt', '/archive/letter')
  await files.unlink('/letters/bob.txt')
  await files.rename('/data', '/archive/data')
  await context.print(`moved things: /archive has ${(await files.readdir('/archive')).join(', ')}`)
  await context.print(await refused('remove /archive', files.rmdir('/archive')))
  await context.print(await refused('open /letters/bob.txt', files.open('/letters/bob.txt')))
  await context.print(await refused('write to the directory /letters', files.open('/letters', read | write)))
}
