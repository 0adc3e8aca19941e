/** Acceptance workload A11 of services section 7.4 on the model: smaller than there, unless the environment has TESSERA_LONG=1. */
import { expect, test } from 'vitest'
import { checkImage } from '../../src/services/m3fs/check-image.ts'
import { arrayStorage } from '../../src/services/m3fs/storage.ts'
import { bootFiles, client, server } from './m3fs/boot.ts'
import { bytes, freshImage, put } from './m3fs/image.ts'
import { server as pipes } from './pipes/boot.ts'

const long = process.env['TESSERA_LONG'] === '1'
const timeout = long ? 3_600_000 : 180_000
const [kibibytes, rounds] = long ? [1024, 100_000] : [16, 1500]

/** Files and pipes are used next to a tile that issues so many commands with random arguments. */
const runWith = async (commands: number) => {
  const mounted = await freshImage({ blockBytes: 1024, blocks: 2 * kibibytes + 200 })
  await mounted.system.mkdir('/letters')
  await put(mounted, '/letters/alice.txt', bytes(100))
  await put(mounted, '/letters/bob.txt', bytes(50))
  await mounted.volume.flush()
  const run = await bootFiles({
    config:
      `${server()}${pipes}${client(`file-tour ${kibibytes}`)}` +
      '<dom><app args="pipe-tour 2"><sess name="pipes"/></app></dom>' +
      `<dom><app args="attacker ${commands}" daemon="1"/></dom>`,
    uses: ['m3fs', 'pipes', 'file-tour', 'pipe-tour', 'attacker'],
    images: { fs: mounted.image },
    limitCycles: 50_000_000,
  })
  const printed = run.printed.split('\n')
  const refusals = printed.filter((line) => /^[a-z ]+: [A-Z_]+ \d+$/.test(line))
  return { ...run, printed, refusals, image: run.images['fs'] as Uint8Array }
}

test(
  `A11: a tile that issues ${rounds} random commands changes no result of files and pipes next to it`,
  { timeout },
  async () => {
    const [alone, together] = [await runWith(0), await runWith(rounds)]

    const isAttack = (line: string): boolean => together.refusals.includes(line) || line.includes('random arguments')
    const others = (lines: readonly string[]): readonly string[] => lines.filter((line) => !isAttack(line)).sort()
    expect(others(together.printed)).toEqual(others(alone.printed))
    expect(Buffer.compare(together.image, alone.image)).toBe(0)
    expect((await checkImage(arrayStorage(together.image))).findings).toEqual([])
    expect(together.exits).toMatchObject({ root: 0, m3fs: 0, pipes: 0, 'file-tour': 0, 'pipe-tour': 0 })
    expect(alone.refusals).toEqual([])
    const counted = together.refusals.reduce((sum, line) => sum + Number(/\d+$/.exec(line)?.[0]), 0)
    expect(counted).toBe(rounds)
    // Every command was tried, and nothing of memory or channels was to be had.
    for (const command of ['send', 'reply', 'read', 'write', 'fetch', 'acknowledge', 'an opcode that does not exist'])
      expect(together.refusals.some((line) => line.startsWith(`${command}: `))).toBe(true)
    expect(together.refusals.filter((line) => /^(read|write): NONE/.test(line))).toEqual([])
  },
)
