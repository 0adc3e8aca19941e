import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const minutes = 60_000

/** Shell lines of all `sh` blocks of a page, without comments. */
const commandsOf = (page: string): readonly string[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/```sh\n([^]*?)```/g)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '')

/** Commands of the documentation run here; `npm test` is what runs this test. */
const commands = ['README.md', 'examples/README.md', 'docs/systems.md', 'docs/os.md', 'docs/noc.md', 'docs/tasks.md']
  .flatMap(commandsOf)
  .filter((line) => line !== 'npm test')

/** A folder that looks like the clone, so that what the commands write does not end up in it. */
const cloneLike = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-docs-'))
  for (const name of [
    'bin',
    'boot',
    'examples',
    'hdl',
    'node_modules',
    'package.json',
    'package-lock.json',
    'scripts',
    'sim',
    'src',
  ])
    symlinkSync(join(root, name), join(folder, name))
  return folder
}

describe('the commands of the READMEs', () => {
  test('there are some', () => {
    expect(commands.length).toBeGreaterThan(5)
  })

  test.each(commands)(
    '%s',
    (command) => {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
        cwd: cloneLike(),
        encoding: 'utf8',
        env: { ...process.env, npm_config_offline: 'true' },
      })

      expect({ status, told: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, told: '' })
    },
    10 * minutes,
  )
})

test('npm start boots on the hardware and says so', { timeout: 10 * minutes }, () => {
  const { status, stdout } = spawnSync('npm', ['start', '--silent'], { cwd: root, encoding: 'utf8' })

  expect(status).toBe(0)
  expect(stdout).toContain('1000 round trips, every answer right')
  expect(stdout).toMatch(/^platform +rtl \((wasm|verilator)\)$/m)
})

test('the code of the README is that of the tutorial, where it runs', () => {
  const [code = ''] = /(?<=```ts\n)[^]*?(?=```)/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []

  expect(code).toContain('export const counter')
  expect(readFileSync(join(root, 'docs/tutorial/1-counter.md'), 'utf8')).toContain(code)
})
