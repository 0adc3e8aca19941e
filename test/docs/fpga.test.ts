/** docs/fpga.md: its commands run, one after the other, as a reader would. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/fpga.md'), 'utf8')
const commands = [...page.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))

/** What the commands write stays out of the clone. */
const folder = mkdtempSync(join(tmpdir(), 'tessera-fpga-'))
for (const name of ['bin', 'examples', 'hdl', 'node_modules', 'package.json', 'src', 'sim', 'synth'])
  symlinkSync(join(root, name), join(folder, name))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// Place and route takes minutes.
const quick = commands.filter((command) => process.env['TESSERA_LONG'] === '1' || !command.includes('--pnr'))

test.each(quick)(
  '%s',
  (command) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' })

    expect({ status, told: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, told: '' })
  },
  900_000,
)

test('the commands with place and route are those of the example', () => {
  expect(commands.filter((command) => command.includes('--pnr'))).toHaveLength(1)
})
