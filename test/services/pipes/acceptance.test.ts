/**
 * Acceptance workload A6 of services section 7.4 on the model: smaller than there, unless the environment has TESSERA_LONG=1.
 * And a pipeline of three programs, section 8, step 7.
 */
import { describe, expect, test } from 'vitest'
import type { File } from '../../../src/services/file/file.ts'
import { bootFiles } from '../m3fs/boot.ts'
import { bytes } from '../m3fs/image.ts'
import { runPipe, server } from './boot.ts'

const minutes = 60_000
const long = process.env['TESSERA_LONG'] === '1'
const total = long ? 2 << 20 : 40_000
const limitCycles = 200_000_000

/** Reads everything, a few bytes at a time; `pieces` are the sizes, in turn. */
const readIn = async (file: File, pieces: readonly number[]): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  for (let turn = 0; ; turn++) {
    const part = await file.read(pieces[turn % pieces.length] as number)
    if (part.length === 0) return new Uint8Array(Buffer.concat(parts))
    parts.push(part)
  }
}

const writeIn = async (file: File, data: Uint8Array, piece: number): Promise<void> => {
  for (let at = 0; at < data.length; at += piece) await file.write(data.subarray(at, at + piece))
}

describe('A6: a pipe from child to child', () => {
  test.each(long ? [1024, 2048, 4096, 8192, 16_384, 65_536] : [1024, 8192, 65_536])(
    `carries ${total} bytes through a buffer of %i bytes`,
    { timeout: long ? 60 * minutes : 3 * minutes },
    async (size) => {
      const data = bytes(total)

      const { exits, results } = await runPipe(
        size,
        {
          writer: { end: 'writer', main: (file) => writeIn(file, data, 5000) },
          reader: { end: 'reader', main: (file) => readIn(file, [4096, 777, 1]) },
        },
        { limitCycles },
      )

      expect(Buffer.compare(results['reader'] as Uint8Array, data)).toBe(0)
      expect(exits).toEqual({ root: 0, pipes: 0, maker: 0, writer: 0, reader: 0 })
    },
  )

  test('when the reader quits, the writer is told, and the reader has what it read', { timeout: minutes }, async () => {
    const data = bytes(total)

    const { results, exits } = await runPipe(8192, {
      writer: { end: 'writer', main: (file) => writeIn(file, data, 1000) },
      reader: { end: 'reader', main: (file) => file.readAll(5000) },
    })

    expect(results).toEqual({ writer: 'EndOfFile', reader: data.subarray(0, 5000) })
    expect(exits).toMatchObject({ root: 0, pipes: 0, maker: 0, reader: 0 })
  })

  test('when the writer quits, the reader gets all that was written', { timeout: minutes }, async () => {
    const data = bytes(3333)

    const { results, exits } = await runPipe(8192, {
      writer: { end: 'writer', main: (file) => writeIn(file, data, 100) },
      reader: { end: 'reader', main: (file) => file.readAll() },
    })

    expect(results).toEqual({ writer: undefined, reader: data })
    expect(exits).toEqual({ root: 0, pipes: 0, maker: 0, writer: 0, reader: 0 })
  })
})

test('the tour of boot/pipes.xml tells what pipes do', { timeout: minutes }, async () => {
  const config = `${server}<dom><app args="pipe-tour 2"><sess name="pipes"/></app></dom>`

  const { exits, printed } = await bootFiles({ config, uses: ['pipes', 'pipe-tour'] })

  expect(printed.trim().split('\n')).toEqual([
    "read at the other end: 'written at one end'",
    'passed 2 KiB through a pipe of 256 bytes: all bytes right',
    'seek: SeekPipe',
    'read from the end for writing: InvArgs',
    "closed the end for writing; the rest is 'last words', then the file is at its end",
    'write where nobody reads: EndOfFile',
  ])
  expect(exits).toMatchObject({ root: 0, pipes: 0 })
})

describe('a pipeline', () => {
  const config = (command: string): string =>
    `${server}<dom><app args="pipeline ${command}"><sess name="pipes"/><tiles type="core" count="3"/>` +
    `<mod name="seq"/><mod name="grep"/><mod name="wc"/></app></dom>`
  const uses = ['pipes', 'pipeline', 'seq', 'grep', 'wc']

  test('of three programs on three tiles: the numbers up to 1000 with a 7 in them', { timeout: minutes }, async () => {
    const { exits, printed } = await bootFiles({ config: config('seq 1000 | grep 7 | wc'), uses })

    expect(printed).toContain('271 lines, 271 words, 1064 bytes')
    expect(exits).toEqual({ root: 0, pipes: 0, pipeline: 0, seq: 0, grep: 0, wc: 0 })
  })

  test('tells when one of its programs fails, and ends', { timeout: minutes }, async () => {
    const { exits, printed } = await bootFiles({ config: config('seq 100 | wc | grep 7'), uses })

    // wc reads all and writes nothing: grep comes to the end of its input, and has no output.
    expect(printed).toContain('100 lines, 100 words, 292 bytes')
    expect(printed).toContain('grep ended with NotFound')
    expect(exits).toMatchObject({ root: 47, pipes: 0, pipeline: 47, seq: 0, wc: 0, grep: 47 })
  })
})
