/** The command for long runs: what it finds, says and returns. */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const minutes = 60_000
const tsx = 'node_modules/.bin/tsx'
const script = 'scripts/test-long.ts'

test(
  'a tiny budget is one batch, told as JSON',
  () => {
    const args = ['run', '--silent', 'test:long', '--', '--minutes', '0.001', '--seed', '7', '--json', 'engines']
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })

    const summary: unknown = JSON.parse(stdout)
    expect(summary).toEqual({
      seed: 7,
      campaigns: { engines: { rounds: 1, cases: 25, cycles: 1000 } },
      differences: [],
      broken: null,
    })
    expect(stderr).toContain('test:long: engines 25 designs, 0 differences')
    expect(status).toBe(0)
  },
  5 * minutes,
)

test('the command of the README is one that exists', () => {
  const readme = readFileSync(`${root}/README.md`, 'utf8')

  expect(readme).toContain('`npm run test:long -- --minutes 30`')
})

test.each([
  [['--minutes', '0'], '--minutes wants a number above 0'],
  [[], '--minutes wants a number above 0'],
  [['--minutes', '1', '--seed', 'x'], '--seed wants a whole number'],
  [['--minutes', '1', 'engine'], "'engine' is neither a campaign nor an option"],
])('%o is refused with the usage', (args, reason) => {
  const { status, stdout, stderr } = spawnSync(tsx, [script, ...args], { cwd: root, encoding: 'utf8' })

  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toContain(`test:long: ${reason}\n\nUsage: npm run test:long`)
})

test(
  'Ctrl-C ends it with what there is so far',
  async () => {
    const child = spawn(process.execPath, [`--import`, 'tsx', script, '--minutes', '5', '--json', 'engines'], {
      cwd: root,
    })
    let said = ''
    child.stdout.on('data', (text: Buffer) => (said += text.toString()))
    setTimeout(() => child.kill('SIGINT'), 4000)

    const code = await new Promise((done) => child.on('close', done))

    expect(code).toBe(0)
    expect(JSON.parse(said)).toMatchObject({ differences: [], broken: null })
  },
  2 * minutes,
)
