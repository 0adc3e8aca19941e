/** docs/host-link.md: its frames are those of the software, its registers those of the layout, and its commands run. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'
import { encodeFrame } from '#host-link'
import { hostId, hostRegisters, type RegisterDescription } from '#layout'
import { readPacket } from '../../src/host-link/packets.ts'

const page = 'docs/host-link.md'
const text = readFileSync(page, 'utf8')

test('the frames of the page are those that the software sends', () => {
  const block = /```text\n([^]*?)```/.exec(text)?.[1]?.trim().split('\n') ?? []
  const hello = encodeFrame({ type: 'hello', seq: 1, ack: 0, window: 1020, flits: [] })
  const flits = readPacket({ chip: 0, mod: 0x24 }, 0x1000, 64, 0x2000)
  const read = encodeFrame({ type: 'data', seq: 1, ack: 1, window: 1020, flits })

  expect(hostId.mod).toBe(5)
  expect(block).toEqual(
    [hello, read].map((bytes) =>
      Buffer.from(bytes)
        .toString('hex')
        .replace(/..(?=.)/g, '$& '),
    ),
  )
})

test('the registers of the page are those of the layout', async () => {
  const begin = '<!-- The table of registers is compared with the layout by test/docs/host-link.test.ts. -->'
  const rows = Object.entries<RegisterDescription>(hostRegisters.registers).map(
    ([name, { at, doc }]) => `| 0x${at.toString(16)} | ${name} | ${doc} |`,
  )
  const table = ['| Offset | Name | Content |', '| - | - | - |', ...rows].join('\n')
  const [before = '', after = ''] = text.split(begin)
  const rest = after.slice(after.indexOf('## Raw mode'))

  const written = await format(`${before}${begin}\n\n${table}\n\n${rest}`, {
    ...(await resolveConfig(page)),
    parser: 'markdown',
  })

  await expect(written).toMatchFileSnapshot(join(process.cwd(), page))
})

const commands = [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))

test.each(commands)(
  '%s',
  (command) => {
    const out = mkdtempSync(join(tmpdir(), 'tessera-host-link-'))
    const { status } = spawnSync('sh', ['-c', command.replace('-o out', `-o ${out}`)], { encoding: 'utf8' })
    const files = readdirSync(out, { recursive: true }).map(String)
    rmSync(out, { recursive: true, force: true })

    expect(status).toBe(0)
    expect(files.some((file) => file.includes('serial_host_bridge'))).toBe(true)
  },
  120_000,
)
