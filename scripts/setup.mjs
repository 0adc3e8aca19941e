// Makes a fresh machine ready: npm packages from the lock file, and the Debian tools named by --need.
//
//   node scripts/setup.mjs --need verilator,g++,make
//
// Needs nothing but Node itself. Says nothing when all is there; otherwise one line per step, on stderr.
// Exit code: 0 ready, 2 something is missing and could not be installed (one line says what to run).
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const oldestNode = [20, 19]

/** Tools that --need may name, and the Debian package each comes from. */
const debianPackages = {
  verilator: 'verilator',
  'g++': 'g++',
  make: 'make',
  yosys: 'yosys',
  iverilog: 'iverilog',
  zlib: 'zlib1g-dev',
}

/** What is no program is there when one of its files is. Verilator's FST writer includes zlib and does not depend on it. */
const headers = { zlib: ['/usr/include/zlib.h', '/usr/local/include/zlib.h'] }

const root = fileURLToPath(new URL('..', import.meta.url))
const lockFile = join(root, 'package-lock.json')
const installed = join(root, 'node_modules')
const installedRecord = join(installed, '.package-lock.json')
const stampFile = join(installed, '.setup-stamp')
const turnFolder = join(root, '.cache', 'setup.turn')

main(process.argv.slice(2))

function main(args) {
  checkNode()
  const need = toolsFrom(args)
  if (packagesAreReady() && missingTools(need).length === 0) return

  takeTurn()
  try {
    if (!packagesAreReady()) installPackages()
    const missing = missingTools(need)
    if (missing.length > 0) installTools(missing)
  } finally {
    endTurn()
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  stop(`Node ${process.versions.node} is too old; install Node ${oldestNode.join('.')} or newer`)
}

function toolsFrom(args) {
  if (args.length === 0) return []
  const tools = args[0] === '--need' && args.length === 2 ? args[1].split(',') : []
  const unknown = tools.filter((tool) => !(tool in debianPackages))
  if (tools.length === 0 || unknown.length > 0) {
    const complaint = unknown.length > 0 ? `no tool is called ${unknown.join(', ')}; ` : ''
    stop(`${complaint}usage: node scripts/setup.mjs [--need ${Object.keys(debianPackages).join(',')}]`)
  }
  return tools
}

// --- npm packages ---------------------------------------------------------------------------------------------------

/** The stamp names the lock file, npm's own record of what it installed, and the machine type. */
function packagesAreReady() {
  if (!existsSync(installedRecord)) return false
  const stamp = currentStamp()
  if (existsSync(stampFile)) return readFileSync(stampFile, 'utf8') === stamp
  if (!recordMatchesLock()) return false
  writeFileSync(stampFile, stamp)
  return true
}

function currentStamp() {
  const hash = createHash('sha256').update(readFileSync(lockFile)).update(readFileSync(installedRecord))
  return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`
}

/** True when somebody ran `npm ci` or `npm install` by hand and the result is what the lock file asks for. */
function recordMatchesLock() {
  const wanted = packagesOf(lockFile)
  const present = packagesOf(installedRecord)
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    if (present[path] === undefined) return entry.optional === true
    return present[path].version === entry.version && existsSync(join(root, path, 'package.json'))
  })
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
  } catch {
    return {}
  }
}

function installPackages() {
  const npm = process.env.npm_execpath
  const [command, before] = npm && /npm-cli\.[cm]?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []]
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const result = step('npm packages', command, [...before, ...args, '--loglevel=error'])
  if (!result.ok) stop(`the npm packages could not be installed (${result.reason}); run: npm ci`)
  writeFileSync(stampFile, currentStamp())
}

// --- Debian tools ---------------------------------------------------------------------------------------------------

function missingTools(tools) {
  return tools.filter((tool) => !(tool in headers ? headers[tool].some((file) => existsSync(file)) : isOnPath(tool)))
}

function isOnPath(tool) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      const file = join(folder, tool)
      accessSync(file, constants.X_OK)
      return statSync(file).isFile()
    } catch {
      return false
    }
  })
}

function installTools(tools) {
  const names = tools.map((tool) => debianPackages[tool])
  const byHand = `apt-get update && apt-get install -y ${names.join(' ')}`
  const are = tools.length === 1 ? 'is' : 'are'
  if (!isOnPath('apt-get')) stop(`${tools.join(', ')} ${are} missing; install with this system's package manager`)
  const before = rights()
  if (before === undefined) stop(`${tools.join(', ')} ${are} missing; run as root: ${byHand}`)

  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300']
  const env = ['env', 'DEBIAN_FRONTEND=noninteractive']
  const aptGet = (title, ...args) => {
    const [command, ...rest] = [...before, ...env, 'apt-get', ...quiet, ...args]
    return step(title, command, rest)
  }
  // A failed update is not the end: the packages may be in the machine's cache.
  aptGet('Debian package lists', 'update')
  const result = aptGet(`Debian packages ${names.join(' ')}`, 'install', '-y', '--no-install-recommends', ...names)
  const still = missingTools(tools)
  if (result.ok && still.length === 0) return
  const reason = result.ok ? `${still.join(', ')} still missing` : result.reason
  stop(`${tools.join(', ')} could not be installed (${reason}); run as root: ${byHand}`)
}

/** What to put before a command that needs root: nothing, sudo, or undefined when it cannot be had. */
function rights() {
  if (process.getuid?.() === 0) return []
  const sudo = isOnPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
  return sudo ? ['sudo', '-n'] : undefined
}

// --- steps ----------------------------------------------------------------------------------------------------------

/** Runs one command under one progress line; the reason of a failure is its first line that tells something. */
function step(title, command, args) {
  const start = Date.now()
  process.stderr.write(`setup: ${title} ... `)
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const ok = result.status === 0
  process.stderr.write(`${ok ? 'done' : 'failed'} (${((Date.now() - start) / 1000).toFixed(0)} s)\n`)
  if (result.signal === 'SIGINT' || result.signal === 'SIGTERM') stop(`stopped while at ${title}`)
  return { ok, reason: ok ? '' : reasonOf(result) }
}

function reasonOf(result) {
  if (result.error) return result.error.message
  const lines = `${result.stderr}\n${result.stdout}`.split('\n').map((line) => line.trim())
  const errors = lines.filter((line) => /^(E:|npm error)/.test(line) && !/^npm error (code|errno|syscall)/.test(line))
  const line = errors[0] ?? lines.find((text) => text !== '') ?? `exit code ${result.status}`
  return line.replace(/^(E:|npm error)\s*/, '')
}

/** One set-up at a time per folder; a turn left behind by a process that is gone is taken over. */
function takeTurn() {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const ownerFile = join(turnFolder, 'pid')
  for (let told = false; ;) {
    try {
      mkdirSync(turnFolder)
      writeFileSync(ownerFile, String(process.pid))
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!isAlive(ownerFile)) {
      rmSync(turnFolder, { recursive: true, force: true })
      continue
    }
    if (!told) process.stderr.write('setup: waiting for another set-up in this folder\n')
    told = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
  }
}

function isAlive(ownerFile) {
  try {
    process.kill(Number(readFileSync(ownerFile, 'utf8')), 0)
    return true
  } catch (error) {
    if (error.code === 'EPERM') return true
    // The folder without its file: its owner is about to write it, unless it has been so for long.
    if (error.code === 'ENOENT') return existsSync(turnFolder) && Date.now() - statSync(turnFolder).mtimeMs < 5000
    return false
  }
}

function stop(sentence) {
  process.stderr.write(`setup: ${sentence}\n`)
  endTurn()
  process.exit(2)
}

function endTurn() {
  try {
    if (Number(readFileSync(join(turnFolder, 'pid'), 'utf8')) === process.pid) rmSync(turnFolder, { recursive: true })
  } catch {
    // Not ours, or not there.
  }
}
