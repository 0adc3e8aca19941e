import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

      expect(withoutName(filesIn(other))).toEqual(withoutName(filesIn(folder)))
    },
    patience,
  )
})

/** Only the parameters say by which name a design was asked for. */
const withoutName = ({ 'parameters.json': parameters = '', ...rest }: Record<string, string>) => ({
  ...rest,
  parameters: { ...(JSON.parse(parameters) as object), design: undefined },
})

test('a design that does not exist is named, with those that do', async () => {
  const { code, err } = await tessera(['generate', 'socc', '-o', freshFolder()])

  expect(code).toBe(2)
  expect(err).toMatch(
    /^tessera: there is no design 'socc'; there are soc, tcu, compute-tile, memory-tile, noc, router, .*soc_2x2, soc_3x2.*\. Did you mean 'soc'\?\n$/,
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

test('beside the Verilog stand its list, constraints, builds, maps and parameters', async () => {
  const folder = freshFolder()

  await generate('compute-tile', folder)

  const files = filesIn(folder)
  const others = Object.keys(files).filter((name) => !name.endsWith('.v'))
  const top = others.find((name) => name.endsWith('.core'))?.replace('.core', '') ?? ''
  expect(others.sort()).toEqual(
    [
      'Makefile',
      `${top}.core`,
      `${top}.sdc`,
      'files.f',
      'maps.json',
      'parameters.json',
      'registers.md',
      'tcu.h',
    ].sort(),
  )
  const verilog = Object.keys(files).filter((name) => name.endsWith('.v'))
  const listed = files['files.f']?.trim().split('\n') ?? []
  expect([...listed].sort()).toEqual(verilog.sort())
  expect(files[`${top}.core`]?.match(/- (\w+\.v)/g)).toEqual(listed.map((name) => `- ${name}`))
  expect(files[`${top}.sdc`]).toBe('create_clock -name clk -period 10.000 [get_ports {clk}]\n')
})

test('the Makefile of a generated folder works in it', async () => {
  const folder = freshFolder()
  await generate('router', folder)

  run('make', '-C', folder, 'lint')

  expect(run('make', '-C', folder, '-n', 'ice40')).toContain('synth_ice40 -top router_x0_y0')
})

test('a folder can be generated again from its parameters', async () => {
  const [folder, again] = [freshFolder(), freshFolder()]
  const { code } = await tessera(['generate', 'router', '-o', folder, '--single', '--clock', '80'])
  expect(code).toBe(0)

  await generate(join(folder, 'parameters.json'), again)

  expect(filesIn(again)).toEqual(filesIn(folder))
  expect(Object.keys(filesIn(again)).filter((name) => name.endsWith('.v'))).toEqual(['router_x0_y0.v'])
  expect(filesIn(again)['router_x0_y0.sdc']).toContain('-period 12.500')
})

test(
  'a description is kept in the parameters, so its file may be gone',
  async () => {
    const [folder, again, described] = [freshFolder(), freshFolder(), join(freshFolder(), 'system.json')]
    writeFileSync(described, readFileSync('examples/systems/quad.json', 'utf8'))
    await generate(described, folder)
    rmSync(described)

    await generate(join(folder, 'parameters.json'), again)

    expect(filesIn(again)).toEqual(filesIn(folder))
  },
  patience,
)

test('the maps of a system say where its memories and registers are', async () => {
  const folder = freshFolder()
  await generate('examples/systems/quad.json', folder)

  const maps = JSON.parse(filesIn(folder)['maps.json'] ?? '') as {
    readonly registers: { readonly tcu: { readonly base: number; readonly registers: readonly { name: string }[] } }
    readonly modules: readonly object[]
  }
  expect(maps.registers.tcu.base).toBe(0xf000_0000)
  expect(maps.registers.tcu.registers.map(({ name }) => name)).toContain('COMMAND')
  expect(maps.modules).toContainEqual(expect.objectContaining({ kind: 'memory', registers: { base: 0xf000_0000 } }))
})

test('parameters that are wrong are told with their place', async () => {
  const file = join(freshFolder(), 'parameters.json')
  writeFileSync(file, '{ "tessera": 1, "design": "router", "clockHz": 0, "single": false }')

  const { code, err } = await tessera(['generate', file, '-o', freshFolder()])

  expect(code).toBe(2)
  expect(err).toContain(`${file}: clockHz`)
})
