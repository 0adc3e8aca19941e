/** bmgate, bregfile, bfsmeta and bpipe: bytes from tile to memory, to files and through pipes. Services section 7.2. */
import { FileSystemClient } from '../../../src/services/file/file-system-client.ts'
import { MemoryGate } from '../../../src/services/library/memory-gate.ts'
import type { Context } from '../../../src/services/index.ts'
import { bootFiles, client, server } from '../../../test/services/m3fs/boot.ts'
import { create, freshImage, read, write } from '../../../test/services/m3fs/image.ts'
import { runPipe } from '../../../test/services/pipes/boot.ts'
import { rootSelectors, runAsRoot } from '../../../test/services/run-programs.ts'
import { cyclesRow, median, type Row } from '../row.ts'
import { HardwareTime, lengthOf, shareRow, timed, type Span } from './clock.ts'
import { benchSystem, largeSystem, openOn, tell, type OsOptions } from './options.ts'

const limitCycles = 200_000_000
const kibibyte = 1024
const { memory } = rootSelectors(2)
/** Bytes of the buffer with which programs read and write files. */
const bufferBytes = 4096
const pipeBytes = 8192

const perKib = (name: string, span: Span, bytes: number): Row => ({
  ...cyclesRow(name, lengthOf(span) / (bytes / kibibyte)),
  unit: 'cycles/KiB',
})

const share = (name: string, hardware: HardwareTime, span: Span): Row =>
  shareRow(`${name}, share of hardware`, hardware.busy([span]), lengthOf(span))

/** Reads and writes of a memory gate; more than 4 KiB are several commands. */
export const benchMemory = async (options: OsOptions): Promise<readonly Row[]> => {
  const sizes = [1, 8, 64, 512, 4096, 65_536, ...(options.full ? [512 * kibibyte] : [])]
  tell(`bmgate: ${sizes.length} sizes`)
  const found = new Map<string, Span[]>()
  const { exits } = await runAsRoot(
    async (context) => {
      const gate = new MemoryGate(context, memory(1))
      await gate.endpoint()
      for (const bytes of sizes)
        for (const [name, action] of [
          ['read', () => gate.read(0, bytes)],
          ['write', () => gate.write(0, new Uint8Array(bytes))],
        ] as const)
          for (let turn = 0; turn < 5; turn++) {
            const key = `bmgate ${name}, ${bytes} B`
            found.set(key, [...(found.get(key) ?? []), await timed(context.tile, action)])
          }
    },
    {},
    { platform: openOn(options), limitCycles },
  )
  if (exits.get('root') !== 0) throw new Error(`the program that uses memory ended with ${exits.get('root')}`)
  return [...found].map(([name, spans]) => cyclesRow(name, median(spans.map(lengthOf))))
}

const fileWork = async (context: Context, bytes: number, note: (name: string, span: Span) => void): Promise<number> => {
  const files = await FileSystemClient.open(context)
  const piece = new Uint8Array(bufferBytes)
  const measured = async (name: string, action: () => Promise<unknown>): Promise<void> =>
    note(name, await timed(context.tile, action))
  const output = await files.open('/file', write | create)
  await measured('write', async () => {
    for (let at = 0; at < bytes; at += bufferBytes) await output.write(piece)
    await output.flush()
  })
  await output.close()
  const input = await files.open('/file', read)
  await measured('read', async () => {
    for (;;) if ((await input.read(bufferBytes)).length === 0) return
  })
  await input.close()
  const [from, to] = [await files.open('/file', read), await files.open('/copy', write | create)]
  await measured('copy', async () => {
    for (;;) {
      const part = await from.read(bufferBytes)
      if (part.length === 0) break
      await to.write(part)
    }
    await to.flush()
  })
  await from.close()
  await to.close()
  await metadata(files, measured)
  await files.close()
  return 0
}

const metadata = async (
  files: FileSystemClient,
  measured: (name: string, action: () => Promise<unknown>) => Promise<void>,
): Promise<void> => {
  await measured('create and close', async () => (await files.open('/empty', write | create)).close())
  await measured('open and close', async () => (await files.open('/empty', read)).close())
  await measured('stat', () => files.stat('/empty'))
  await measured('link', () => files.link('/empty', '/other'))
  await measured('rename', () => files.rename('/other', '/third'))
  await measured('unlink', () => files.unlink('/third'))
  await measured('mkdir', () => files.mkdir('/directory'))
  await measured('readdir', () => files.readdir('/'))
  await measured('rmdir', () => files.rmdir('/directory'))
}

const wholeFile = ['write', 'read', 'copy']

export const benchFiles = async (options: OsOptions): Promise<readonly Row[]> => {
  const bytes = options.full ? 2 << 20 : 128 * kibibyte
  tell(`bregfile, bfsmeta: a file of ${bytes / kibibyte} KiB`)
  const { image } = await freshImage({ blockBytes: bufferBytes, blocks: 24 + (2 * bytes) / bufferBytes })
  const hardware = new HardwareTime()
  const spans = new Map<string, Span>()
  const { exits } = await bootFiles({
    config: server() + client('bench'),
    images: { fs: image },
    programs: { bench: (context) => fileWork(context, bytes, (name, span) => spans.set(name, span)) },
    system: options.full ? largeSystem : benchSystem,
    platform: openOn(options, hardware.add),
    limitCycles,
  })
  if (exits['bench'] !== 0) throw new Error(`the program that uses files ended with ${exits['bench']}`)
  return [...spans].flatMap(([name, span]) => {
    if (!wholeFile.includes(name)) return [cyclesRow(`bfsmeta ${name}`, lengthOf(span))]
    const title = `bregfile ${name}, ${bytes / kibibyte} KiB`
    return [perKib(title, span, bytes), share(title, hardware, span)]
  })
}

export const benchPipe = async (options: OsOptions): Promise<readonly Row[]> => {
  const bytes = options.full ? 2 << 20 : 128 * kibibyte
  tell(`bpipe: ${bytes / kibibyte} KiB`)
  const hardware = new HardwareTime()
  let span: Span | undefined
  let received = 0
  await runPipe(
    pipeBytes,
    {
      writer: {
        end: 'writer',
        main: async (file) => {
          for (let at = 0; at < bytes; at += bufferBytes) await file.write(new Uint8Array(bufferBytes))
        },
      },
      reader: {
        end: 'reader',
        main: async (file, context) => {
          await file.read(1)
          span = await timed(context.tile, async () => {
            for (;;) {
              const part = await file.read(bufferBytes)
              received += part.length
              if (part.length === 0) return
            }
          })
        },
      },
    },
    { limitCycles, on: { system: benchSystem, platform: openOn(options, hardware.add) } },
  )
  if (span === undefined || received !== bytes - 1) throw new Error(`${received} bytes came through the pipe`)
  const title = `bpipe child to child, ${bytes / kibibyte} KiB`
  return [perKib(title, span, bytes), share(title, hardware, span)]
}
