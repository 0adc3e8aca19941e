import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { designs } from '../../src/cli/designs.ts'
import { freshFolder, tessera } from './run-cli.ts'

/** Runs a tool and gives what it says; a failure is the test's. */
const run = (tool: string, ...args: readonly string[]): string =>
  execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))

describe.each(Object.keys(designs))('generate %s', (design) => {
  const folder = freshFolder()
  let top = ''

  beforeAll(async () => {
    const { code, out, err } = await tessera(['generate', design, '-o', folder, '--json'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    top = (JSON.parse(out) as { top: string }).top
  })

  test('Verilator finds nothing to warn about', () => {
    expect(run('verilator', '--lint-only', '-Wall', '--top-module', top, '-F', join(folder, 'files.f'))).toBe('')
  })

  test('yosys reads it and finds no undriven, doubly driven or circular wire', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.v'))
    const script = [
      `read_verilog ${files.map((name) => join(folder, name)).join(' ')}`,
      `hierarchy -check -top ${top}`,
      'proc',
      'check -assert',
    ].join('; ')

    expect(run('yosys', '-p', script)).toContain('Found and reported 0 problems.')
  })

  test('the same design gives the same bytes', async () => {
    const again = freshFolder()

    await tessera(['generate', design, '-o', again])

    expect(filesIn(again)).toEqual(filesIn(folder))
  })
})

test('a design that does not exist is named, with those that do', async () => {
  const { code, err } = await tessera(['generate', 'socc', '-o', freshFolder()])

  expect(code).toBe(2)
  expect(err).toBe(
    "tessera: there is no design 'socc'; there are soc, compute-tile, memory-tile, network, soc_2x2, soc_3x2. Did you mean 'soc'?\n",
  )
})

test('a folder that cannot be made is named', async () => {
  const file = join(freshFolder(), 'file')
  writeFileSync(file, '')

  const { code, err } = await tessera(['generate', '-o', join(file, 'out')])

  expect(code).toBe(2)
  expect(err).toMatch(/^tessera: the Verilog cannot be written to .*file\/out: ENOTDIR/)
})

test('a folder has to be given', async () => {
  const { code, err } = await tessera(['generate'])

  expect(code).toBe(2)
  expect(err).toContain("required option '-o, --output <directory>' not specified")
})
