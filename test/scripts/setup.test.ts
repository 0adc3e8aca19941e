/** The set-up script and the launcher, in a folder and with a PATH of their own. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const repository = join(import.meta.dirname, '../..')

let folder: string
let tools: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-setup-'))
  tools = join(folder, 'tools')
  mkdirSync(tools)
  for (const part of ['scripts', 'bin']) cpSync(join(repository, part), join(folder, part), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'package-lock.json'), '{ "packages": { "": {} } }')
})

afterEach(() => rmSync(folder, { recursive: true }))

describe('the set-up', () => {
  beforeEach(() => installPackages({}))

  test('says nothing when all is there', () => {
    tool('yosys')

    expect(setup('--need', 'yosys')).toEqual({ code: 0, text: '' })
  })

  test('says what to install where there is no apt-get', () => {
    expect(setup('--need', 'yosys,make')).toEqual({
      code: 2,
      text: "setup: yosys, make are missing; install with this system's package manager\n",
    })
  })

  test('installs Debian packages, one line per step', () => {
    aptGet(`case "$*" in *" install "*yosys*) : > ${tools}/yosys; /bin/chmod +x ${tools}/yosys;; esac`)

    const { code, text } = setup('--need', 'yosys')

    expect(text.replace(/\d+ s/g, '_ s')).toBe(
      'setup: Debian package lists ... done (_ s)\nsetup: Debian packages yosys ... done (_ s)\n',
    )
    expect(code).toBe(0)
  })

  test('says what to run when Debian packages cannot be installed', () => {
    aptGet('echo "E: Unable to locate package yosys" >&2; exit 100')

    const { code, text } = setup('--need', 'yosys')

    expect(text.split('\n').at(-2)).toBe(
      'setup: yosys could not be installed (Unable to locate package yosys); ' +
        'run as root: apt-get update && apt-get install -y yosys',
    )
    expect(code).toBe(2)
  })

  test('names the tools when it does not know one', () => {
    expect(setup('--need', 'yoysys')).toEqual({
      code: 2,
      text:
        'setup: no tool is called yoysys; ' +
        'usage: node scripts/setup.mjs [--need verilator,g++,make,yosys,iverilog,zlib]\n',
    })
  })

  test('takes over the turn of a process that is gone', () => {
    const gone = spawnSync(process.execPath, ['--version']).pid
    mkdirSync(join(folder, '.cache/setup.turn'), { recursive: true })
    writeFileSync(join(folder, '.cache/setup.turn/pid'), String(gone))

    expect(setup('--need', 'yosys').text).toBe("setup: yosys is missing; install with this system's package manager\n")
  })
})

describe('npm packages', () => {
  test('are installed when the lock file asks for others', () => {
    installPackages({ 'node_modules/thing': { version: '1.0.0' } })
    const lock = { packages: { '': {}, 'node_modules/thing': { version: '2.0.0' } } }
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
    tool('npm', `echo "$*" > ${folder}/asked; /bin/mkdir -p node_modules; echo '{}' > node_modules/.package-lock.json`)

    expect(setup().text).toMatch(/^setup: npm packages \.\.\. done \(\d+ s\)\n$/)
    expect(setup()).toEqual({ code: 0, text: '' })
  })

  test('that cannot be installed give the first line that tells why', () => {
    tool('npm', 'echo "npm error code EUSAGE" >&2; echo "npm error no network" >&2; exit 1')

    const { code, text } = setup()

    expect(text.split('\n').at(-2)).toBe('setup: the npm packages could not be installed (no network); run: npm ci')
    expect(code).toBe(2)
  })
})

test('the launcher without packages says what to run', () => {
  const { status, stderr } = spawnSync(process.execPath, ['bin/tessera.js', 'boot'], { cwd: folder, encoding: 'utf8' })

  expect(stderr).toBe(
    'tessera: the npm packages are not installed; run `npm start` (or `npm ci`) in this folder first\n',
  )
  expect(status).toBe(2)
})

function setup(...args: readonly string[]): { readonly code: number | null; readonly text: string } {
  const result = spawnSync(process.execPath, ['scripts/setup.mjs', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: tools },
  })
  return { code: result.status, text: result.stdout + result.stderr }
}

/** A program on the PATH of the set-up. */
function tool(name: string, script = ':'): void {
  writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(tools, name), 0o755)
}

/** An apt-get that may be used, whoever runs the tests. */
function aptGet(script: string): void {
  tool('apt-get', script)
  tool('sudo', 'shift; exec "$@"')
  tool('true')
  symlinkSync('/usr/bin/env', join(tools, 'env'))
}

/** What npm leaves behind. */
function installPackages(packages: Readonly<Record<string, { readonly version: string }>>): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }))
}
