/** Acceptance workload A6 of services section 7.4, for any platform. */
import { describe, expect, test } from 'vitest'
import type { File } from '../../../src/services/file/file.ts'
import type { FilesBoot } from '../m3fs/boot.ts'
import { bytes } from '../m3fs/image.ts'
import { runPipe } from './boot.ts'

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

/** On which platform, and how much. */
export interface PipeSuiteOptions {
  readonly on: Pick<FilesBoot, 'platform' | 'system'>
  /** Bytes that go through the pipe. */
  readonly total: number
  /** Bytes of the pipe's buffer. */
  readonly buffers: readonly number[]
  /** What the reader asks for, in turn. */
  readonly pieces: readonly number[]
  /** Milliseconds for each test. */
  readonly timeout: number
}

export const pipeSuite = ({ on, total, buffers, pieces, timeout }: PipeSuiteOptions): void => {
  describe('A6: a pipe from child to child', () => {
    test.each(buffers)(`carries ${total} bytes through a buffer of %i bytes`, { timeout }, async (size) => {
      const data = bytes(total)

      const { exits, results } = await runPipe(
        size,
        {
          writer: { end: 'writer', main: (file) => writeIn(file, data, 5000) },
          reader: { end: 'reader', main: (file) => readIn(file, pieces) },
        },
        { limitCycles, on },
      )

      expect(Buffer.compare(results['reader'] as Uint8Array, data)).toBe(0)
      expect(exits).toEqual({ root: 0, pipes: 0, maker: 0, writer: 0, reader: 0 })
    })

    test('when the reader quits, the writer is told, and the reader has what it read', { timeout }, async () => {
      const data = bytes(20_000)

      const { results, exits } = await runPipe(
        8192,
        {
          writer: { end: 'writer', main: (file) => writeIn(file, data, 1000) },
          reader: { end: 'reader', main: (file) => file.readAll(5000) },
        },
        { on },
      )

      expect(results).toEqual({ writer: 'EndOfFile', reader: data.subarray(0, 5000) })
      expect(exits).toMatchObject({ root: 0, pipes: 0, maker: 0, reader: 0 })
    })

    test('when the writer quits, the reader gets all that was written', { timeout }, async () => {
      const data = bytes(3333)

      const { results, exits } = await runPipe(
        8192,
        {
          writer: { end: 'writer', main: (file) => writeIn(file, data, 100) },
          reader: { end: 'reader', main: (file) => file.readAll() },
        },
        { on },
      )

      expect(results).toEqual({ writer: undefined, reader: data })
      expect(exits).toEqual({ root: 0, pipes: 0, maker: 0, writer: 0, reader: 0 })
    })
  })
}
