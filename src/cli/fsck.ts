/** `tessera fsck`: looks for inconsistencies in an m3fs image. */
import { checkImage } from '#services'
import type { ImageReport } from '#services'
import { columns, grouped } from '#report'
import { openImage } from './image-file.ts'
import { exitCodes } from './io.ts'
import type { Io } from './io.ts'
import { longWork } from './long-work.ts'
import type { AddCommand } from './main.ts'

const example = `
Example:
  $ tessera mkfs docs docs.m3fs
  $ tessera fsck docs.m3fs

Damage makes an image useless, so nothing works with it; waste is space that nobody can use any more.

Exit codes: 0 nothing found, 1 something found, 2 the image cannot be read.
`

export const addFsck: AddCommand = (program, io, finish) => {
  program
    .command('fsck')
    .description('Looks for inconsistencies in an m3fs image, and names each of them.')
    .argument('<image>', 'file with the image')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText('after', example)
    .action(async (path: string, { json }: { readonly json?: boolean }) => {
      finish(await fsck(path, json === true ? 'json' : 'text', io))
    })
}

const fsck = (path: string, form: 'json' | 'text', io: Io): Promise<number> =>
  longWork(io, async (step) => {
    using image = openImage(path)
    const report = await checkImage(image.storage, {
      progress: (done, of) => step(`${path}: inode ${grouped(done)} of ${grouped(of)}`),
    })
    const { findings, count, usable, contents } = report
    const sound = count === 0
    if (form === 'json') io.out(`${JSON.stringify({ image: path, sound, usable, count, findings, contents })}\n`)
    else io.out(text(path, report))
    return sound ? exitCodes.fine : exitCodes.found
  })

const text = (path: string, { findings, count, contents }: ImageReport): string => {
  if (count > 0) {
    const rows = findings.map(({ severity, kind, message }) => [`  ${severity}`, kind, message])
    const left = count - findings.length
    const more = left === 0 ? '' : `  and ${grouped(left)} more\n`
    return `${path}: ${number(count, 'finding')}\n${columns(rows, 'lll')}\n${more}`
  }
  const { files = 0, directories = 0, blocks = 0, freeBlocks = 0, blockBytes = 0 } = contents ?? {}
  return (
    `${path}: sound; ${number(files, 'file')}, ${plural(directories, 'directory', 'directories')}, ` +
    `${grouped(freeBlocks)} of ${grouped(blocks)} blocks of ${blockBytes} bytes free\n`
  )
}

const number = (count: number, word: string): string => plural(count, word, `${word}s`)

const plural = (count: number, one: string, many: string): string => `${grouped(count)} ${count === 1 ? one : many}`
