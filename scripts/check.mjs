// Everything a change must pass: npm run check. The fast subset, for files not yet committed: npm run check -- --changed.
// Exit code: 0 fine, 1 a step found something, 2 a step could not run.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const usage = `Usage: npm run check [-- --changed]

  --changed  format and lint only files that are not yet committed, run only tests that import them;
             leaves out the search for unused code

Example: npm run check -- --changed`

let child
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    child?.kill(signal)
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

const args = process.argv.slice(2)
if (args.includes('--help')) {
  console.log(usage)
} else if (args.some((arg) => arg !== '--changed')) {
  console.error(`check: there is no option ${args.find((arg) => arg !== '--changed')}\n\n${usage}`)
  process.exitCode = 2
} else {
  process.exitCode = await check(args.includes('--changed') ? changedSteps() : allSteps())
}

function allSteps() {
  return [
    { name: 'format', tool: 'prettier', args: ['--check', '--log-level=warn', '.'], fix: 'npm run format' },
    { name: 'lint', tool: 'eslint', args: ['.'], crash: 2 },
    { name: 'types', tool: 'tsc', args: ['--pretty'] },
    { name: 'imports', tool: 'tsx', args: ['tools/rooms.ts'] },
    { name: 'unused', tool: 'knip', args: ['--no-progress', '--no-config-hints'], crash: 2 },
    { name: 'tests', tool: 'vitest', args: ['run'], live: true },
  ]
}

function changedSteps() {
  const files = changedFiles()
  const code = files.filter((file) => /\.(ts|js|mjs)$/.test(file))
  const steps = [
    { name: 'types', tool: 'tsc', args: ['--pretty'] },
    { name: 'imports', tool: 'tsx', args: ['tools/rooms.ts'] },
    { name: 'tests', tool: 'vitest', args: ['run', '--changed'], live: true },
  ]
  if (code.length > 0) steps.unshift({ name: 'lint', tool: 'eslint', args: ['--no-warn-ignored', ...code], crash: 2 })
  if (files.length > 0) {
    const format = ['--check', '--log-level=warn', '--ignore-unknown', ...files]
    steps.unshift({ name: 'format', tool: 'prettier', args: format, fix: 'npm run format' })
  }
  return steps
}

function changedFiles() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0')
  const names = [
    ...git('diff', '--name-only', '-z', 'HEAD'),
    ...git('ls-files', '-z', '--others', '--exclude-standard'),
  ]
  return names.filter((name) => name !== '' && existsSync(join(root, name)))
}

async function check(steps) {
  const rows = []
  for (const step of steps) {
    process.stderr.write(`check: ${step.name} ...\n`)
    const start = Date.now()
    const { code, output } = await run(step)
    rows.push({ ...step, code, seconds: (Date.now() - start) / 1000 })
    if (code !== 0 && output !== '') console.log(output.trimEnd())
  }

  const words = (code) => (code === 0 ? 'ok' : code === 2 ? 'could not run' : 'found something')
  console.log('\nstep      seconds  result')
  for (const { name, seconds, code, fix } of rows) {
    const hint = code === 1 && fix ? `; run: ${fix}` : ''
    console.log(`${name.padEnd(8)}  ${seconds.toFixed(1).padStart(7)}  ${words(code)}${hint}`)
  }
  return Math.max(...rows.map(({ code }) => code))
}

/** Runs one tool. It found something when it says anything but 0; it could not run when it is missing, dies or crashes. */
function run({ tool, args, live, crash }) {
  return new Promise((resolve) => {
    const command = join(root, 'node_modules', '.bin', tool)
    child = spawn(command, args, { cwd: root, stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', (error) => resolve({ code: 2, output: error.message }))
    child.on('close', (code) => resolve({ code: code === null || code === crash ? 2 : Math.min(code, 1), output }))
  })
}
