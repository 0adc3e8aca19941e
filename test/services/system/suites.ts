/** Acceptance workloads A11 and A13 of services section 7.4, for any platform. */
import { expect, test } from 'vitest'
import { checkImage } from '../../../src/services/m3fs/check-image.ts'
import { arrayStorage } from '../../../src/services/m3fs/storage.ts'
import { acceleratorSystem } from '../accelerators/boot.ts'
import type { OpenPlatform } from '../accelerators/boot.ts'
import { acceptanceSystem } from '../acceptance/system.ts'
import { bootFiles, client, server } from '../m3fs/boot.ts'
import { bytes, freshImage, get, mount, put } from '../m3fs/image.ts'
import type { Mounted } from '../m3fs/image.ts'
import { server as pipes } from '../pipes/boot.ts'

export interface SuiteOptions {
  /** KiB that are written to a file and read back, and commands of the tile that was taken over. */
  readonly kibibytes: number
  readonly commands: number
  /** Blocks in which somebody sends. */
  readonly carriers: readonly number[]
  /** Milliseconds for each test. */
  readonly timeout: number
}

const files = async (blocks: number): Promise<Mounted> => {
  const mounted = await freshImage({ blockBytes: 1024, blocks })
  await mounted.system.mkdir('/letters')
  await put(mounted, '/letters/alice.txt', bytes(100))
  await put(mounted, '/letters/bob.txt', bytes(50))
  await mounted.volume.flush()
  return mounted
}

/** Files and pipes are used next to a tile that issues so many commands with random arguments. */
const runWithAttacker = async (commands: number, kibibytes: number, platform: OpenPlatform | undefined) => {
  const { image } = await files(2 * kibibytes + 100)
  const run = await bootFiles({
    config:
      `${server()}${pipes}${client(`file-tour ${kibibytes}`)}` +
      '<dom><app args="pipe-tour 1"><sess name="pipes"/></app></dom>' +
      `<dom><app args="attacker ${commands}" daemon="1"/></dom>`,
    uses: ['m3fs', 'pipes', 'file-tour', 'pipe-tour', 'attacker'],
    images: { fs: image },
    limitCycles: 50_000_000,
    ...(platform === undefined ? {} : { platform, system: acceptanceSystem }),
  })
  const printed = run.printed.split('\n')
  const refusals = printed.filter((line) => /^[a-z ]+: [A-Z_]+ \d+$/.test(line))
  return { ...run, printed, refusals, image: run.images['fs'] as Uint8Array }
}

export const untrustedSuite = (platform: OpenPlatform | undefined, options: SuiteOptions): void => {
  const { kibibytes, commands, timeout } = options
  test(
    `A11: a tile that issues ${commands} random commands changes no result of files (${kibibytes} KiB) and pipes next to it`,
    { timeout },
    async () => {
      const alone = await runWithAttacker(0, kibibytes, platform)
      const together = await runWithAttacker(commands, kibibytes, platform)

      const isAttack = (line: string): boolean => together.refusals.includes(line) || line.includes('random arguments')
      const others = (lines: readonly string[]): readonly string[] => lines.filter((line) => !isAttack(line)).sort()
      expect(others(together.printed)).toEqual(others(alone.printed))
      expect(Buffer.compare(together.image, alone.image)).toBe(0)
      expect((await checkImage(arrayStorage(together.image))).findings).toEqual([])
      expect(together.exits).toMatchObject({ root: 0, m3fs: 0, pipes: 0, 'file-tour': 0, 'pipe-tour': 0 })
      expect(alone.refusals).toEqual([])
      const counted = together.refusals.reduce((sum, line) => sum + Number(/\d+$/.exec(line)?.[0]), 0)
      expect(counted).toBe(commands)
      // Every command was tried, and nothing of memory or channels was to be had.
      for (const command of ['send', 'reply', 'read', 'write', 'fetch', 'acknowledge', 'an opcode that does not exist'])
        expect(together.refusals.some((line) => line.startsWith(`${command}: `))).toBe(true)
      expect(together.refusals.filter((line) => /^(read|write): NONE/.test(line))).toEqual([])
    },
  )
}

export const exampleSuite = (platform: OpenPlatform | undefined, { carriers, timeout }: SuiteOptions): void => {
  test(
    `A13: Control finds ${carriers.length} carriers with the accelerator, and Monitor keeps what it hears`,
    { timeout },
    async () => {
      const { image } = await files(100)
      const app = (args: string, inside: string, daemon = ''): string =>
        `<dom><app args="${args}"${daemon}>${inside}</app></dom>`

      const run = await bootFiles({
        config:
          server() +
          pipes +
          app('net', '<serv name="net"/>', ' daemon="1"') +
          app(
            `control ${carriers.join(' ')}`,
            '<sess name="m3fs"/><sess name="pipes"/><sess name="net"/><tiles type="fft"/>',
          ) +
          app('monitor', '<sess name="m3fs"/><sess name="net" args="tcp=7000"/>'),
        uses: ['m3fs', 'pipes', 'net', 'control', 'monitor'],
        images: { fs: image },
        ...(platform === undefined ? { system: acceleratorSystem } : { platform, system: acceptanceSystem }),
      })

      expect(run.exits).toEqual({ root: 0, m3fs: 0, pipes: 0, net: 0, control: 0, monitor: 0 })
      const log = await get(await mount(run.images['fs'] as Uint8Array), '/log')
      const expected = carriers.map((bin, block) => `block ${block}: carrier at ${bin}\n`).join('')
      expect(new TextDecoder().decode(log)).toBe(expected)
      for (const line of expected.trimEnd().split('\n')) expect(run.printed).toContain(`report: ${line}\n`)
    },
  )
}
