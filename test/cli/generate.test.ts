import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { defaultSystem } from '#layout'
import { designs } from '../../src/cli/designs.ts'
import { freshFolder, tessera } from './run-cli.ts'

/** Milliseconds for a tool on the largest system, on a busy machine. */
const patience = 300_000

/** Runs a tool and gives what it says; a failure is the test's. */
const run = (tool: string, ...args: readonly string[]): string =>
  execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 })

const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))

/** Generates a design and gives its top module. */
const generate = async (design: string, folder: string): Promise<string> => {
  const { code, out, err } = await tessera(['generate', design, '-o', folder, '--json'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return (JSON.parse(out) as { top: string }).top
}

/** The default system is `soc`, and has a name of its own. */
const again = defaultSystem.name

describe.each(Object.keys(designs).filter((name) => name !== again))('generate %s', (design) => {
  const folder = freshFolder()
  let top = ''

  beforeAll(async () => {
    top = await generate(design, folder)
  }, patience)

  test(
    'Verilator finds nothing to warn about',
    () => {
      expect(run('verilator', '--lint-only', '-Wall', '--top-module', top, '-F', join(folder, 'files.f'))).toBe('')
    },
    patience,
  )

  test(
    'yosys reads it and finds no undriven, doubly driven or circular wire',
    () => {
      const files = readdirSync(folder).filter((name) => name.endsWith('.v'))
      const script = [
        `read_verilog ${files.map((name) => join(folder, name)).join(' ')}`,
        `hierarchy -check -top ${top}`,
        'proc',
        'check -assert',
      ].join('; ')

      // A problem ends yosys with a failure; quiet, it prints warnings only.
      expect(run('yosys', '-q', '-p', script)).toBe('')
    },
    patience,
  )

  test(
    design === 'soc'
      ? 'the same design gives the same bytes, under any of its names'
      : 'the same design gives the same bytes',
    async () => {
      const other = freshFolder()

      expect(await generate(design === 'soc' ? again : design, other)).toBe(top)

      expect(filesIn(other)).toEqual(filesIn(folder))
    },
    patience,
  )
})

test('a design that does not exist is named, with those that do', async () => {
  const { code, err } = await tessera(['generate', 'socc', '-o', freshFolder()])

  expect(code).toBe(2)
  expect(err).toMatch(
    /^tessera: there is no design 'socc'; there are soc, compute-tile, memory-tile, network, .*soc_2x2, soc_3x2.*\. Did you mean 'soc'\?\n$/,
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
