/** Acceptance workloads A7 and A8 of services section 7.4, and the other accelerators, for any platform. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { checkImage } from '../../../src/services/m3fs/check-image.ts'
import { arrayStorage } from '../../../src/services/m3fs/storage.ts'
import { freshImage, get, mount, put } from '../m3fs/image.ts'
import { rotated, spectra, words } from './data.ts'
import { runCommand } from './boot.ts'
import type { OpenPlatform } from './boot.ts'
import type { SystemDescription } from '../../../src/layout/index.ts'

export interface SuiteOptions {
  /** Bytes that go through the accelerators. */
  readonly bytes: number
  /** Milliseconds for each test. */
  readonly timeout: number
  /** A7 and A8 alone, or everything. */
  readonly which: 'acceptance' | 'all'
  /** The one with all accelerators unless given. */
  readonly system?: SystemDescription
}

const imageWith = async (files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> => {
  const mounted = await freshImage({ blockBytes: 1024, blocks: 128 })
  for (const [path, data] of Object.entries(files)) await put(mounted, path, data)
  await mounted.volume.flush()
  return mounted.image
}

/** Runs a command on an image with one file, and gives another file of the image that is left, which is sound. */
const resultOf = async (
  command: string,
  input: Uint8Array,
  path: string,
  platform?: OpenPlatform,
  system?: SystemDescription,
) => {
  const { images, exits, printed } = await runCommand(command, await imageWith({ '/in': input }), platform, system)
  const image = images['fs'] as Uint8Array
  expect((await checkImage(arrayStorage(image))).findings).toEqual([])
  expect({ exits, printed }).toMatchObject({ exits: { root: 0, m3fs: 0, pipes: 0, pipeline: 0 }, printed: '' })
  return get(await mount(image), path)
}

export const acceleratorSuite = (
  platform: OpenPlatform | undefined,
  { bytes, timeout, which, system }: SuiteOptions,
): void => {
  test(`A7: cat | rot13 | wc counts what went through the accelerator (${bytes} bytes)`, { timeout }, async () => {
    const text = words(bytes)

    const { printed, exits } = await runCommand(
      'cat < /in | rot13 | wc',
      await imageWith({ '/in': text }),
      platform,
      system,
    )

    const [lines, all] = [10, undefined].map((code) => text.filter((byte) => byte === (code ?? byte)).length)
    const count = Buffer.from(text).toString().split(/\s+/).filter(Boolean).length
    expect(printed).toBe(`${lines} lines, ${count} words, ${all} bytes\n`)
    expect(exits).toEqual({ root: 0, m3fs: 0, pipes: 0, pipeline: 0, cat: 0, wc: 0 })
  })

  test(`A8: two ROT13 in a chain change nothing, from file to file (${bytes} bytes)`, { timeout }, async () => {
    const text = words(bytes)

    expect(await resultOf('rot13 < /in | rot13 > /out', text, '/out', platform, system)).toEqual(text)
  })

  if (which === 'acceptance') return

  test('ROT13 from file to file turns all letters', { timeout }, async () => {
    const text = words(bytes)

    expect(await resultOf('rot13 < /in > /out', text, '/out', platform)).toEqual(rotated(text))
  })

  test('SHA3-256 of a file, after a copy and two turns of it, is its digest', { timeout }, async () => {
    const text = words(bytes)

    const digest = await resultOf('copy < /in | rot13 | rot13 | sha3 > /out', text, '/out', platform)

    expect(Buffer.from(digest).toString('hex')).toBe(createHash('sha3-256').update(text).digest('hex'))
  })

  test('the FFT of a file is the spectra of its blocks', { timeout }, async () => {
    const samples = words(Math.min(bytes, 1500))

    const made = await resultOf('fft < /in > /out', samples, '/out', platform)

    expect(made).toHaveLength(256 * Math.ceil(samples.length / 256))
    expect(spectra.distance(made, samples)).toBeLessThan(4)
  })
}
