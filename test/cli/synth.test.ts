import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshFolder, tessera } from './run-cli.ts'

const counterFile = (): string => {
  const path = join(freshFolder(), 'counter.ts')
  const edsl = new URL('../../src/edsl/index.ts', import.meta.url).href
  writeFileSync(
    path,
    `import { module, output, reg, uint } from '${edsl}'
export const counter = module('counter', { count: output(uint(4)) }, ({ count }) => {
  const value = reg(uint(4), 0)
  value.next(value.addWrap(1))
  count.drive(value)
})
`,
  )
  return path
}

test.each(['ice40-hx8k', 'ecp5-85k', 'xc7a100t', 'xcvu9p'])('a counter has four flip-flops on %s', async (target) => {
  const { code, out } = await tessera([
    'synth',
    counterFile(),
    '-t',
    target,
    '--no-modules',
    '-o',
    freshFolder(),
    '--json',
  ])

  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ design: 'counter', target, flipFlops: 4, rams: 0 })
})

test('place and route makes the bitstream of the device', async () => {
  const folder = freshFolder()

  const { code, out, err } = await tessera([
    ...['synth', counterFile(), '--pnr', '--no-modules', '--pin', 'clk=J3', '--pin', 'count=B5,B4,A2,A1', '-o', folder],
  ])

  expect(code).toBe(0)
  expect(err).toBe('synthesis\nplace and route\nbitstream\n')
  expect(out).toMatch(/clk: up to \d+\.\d MHz/)
  // every bitstream of an HX8K has this size
  expect(statSync(join(folder, 'design.bin')).size).toBe(135_100)
})

test('a port with too few pins is told before anything runs', async () => {
  const folder = freshFolder()

  const { code, err } = await tessera(['synth', counterFile(), '--pnr', '--pin', 'count=B5,B4', '-o', folder])

  expect(code).toBe(2)
  expect(err).toContain('SYN-0105: `count` has 4 bits, there are 2 pins for it')
  expect(err).toContain('help: the ports are count (4), clk (1), rst (1)')
  expect(existsSync(join(folder, 'yosys.log'))).toBe(false)
})

test('an unknown target is told with those that there are', async () => {
  const { code, err } = await tessera(['synth', counterFile(), '-t', 'ice40'])

  expect(code).toBe(2)
  expect(err).toContain("SYN-0101: there is no target 'ice40'")
})

test('a device of Vivado gets a script, constraints, and the command that runs them', async () => {
  const folder = freshFolder()

  const { code, err } = await tessera([
    ...['synth', counterFile(), '-t', 'xc7a100t', '--pnr', '--no-modules'],
    ...['--clock', '125', '--pin', 'clk=E3', '-o', folder],
  ])

  expect(code).toBe(2)
  expect(err).toContain('SYN-0104: xc7a100t is placed by Vivado')
  expect(err).toContain(`(cd ${folder} && vivado -mode batch -source vivado.tcl)`)
  const script = readFileSync(join(folder, 'vivado.tcl'), 'utf8')
  expect(script).toContain('synth_design -top counter -part xc7a100tcsg324-1\n')
  expect(script).toContain('write_bitstream')
  expect(readFileSync(join(folder, 'design.xdc'), 'utf8')).toBe(
    'create_clock -name clk -period 8.000 [get_ports {clk}]\n' +
      'set_property -dict {PACKAGE_PIN E3 IOSTANDARD LVCMOS33} [get_ports {clk}]\n',
  )
})

test('the longest path names lines of the design', async () => {
  const { out } = await tessera(['synth', counterFile(), '--no-modules', '-o', freshFolder()])

  expect(out).toMatch(/Longest path: \d+ cells\n/)
  expect(out).toMatch(/counter\.ts:\d+/)
})

test('each module is told with its own cells and the number of its instances', async () => {
  const edsl = new URL('../../src/edsl/index.ts', import.meta.url).href
  const file = join(freshFolder(), 'pair.ts')
  writeFileSync(
    file,
    `import { input, instance, module, output, reg, uint } from '${edsl}'
const stage = module('stage', { from: input(uint(8)), to: output(uint(8)) }, ({ from, to }) => {
  const kept = reg(uint(8), 0)
  kept.next(from)
  to.drive(kept)
})
export const pair = module('pair', { from: input(uint(8)), to: output(uint(8)) }, ({ from, to }) => {
  const [one, two] = [instance(stage), instance(stage)]
  one.from.drive(from)
  two.from.drive(one.to)
  to.drive(two.to)
})
`,
  )

  const { code, out } = await tessera(['synth', `${file}:pair`, '-o', freshFolder(), '--json'])

  expect(code).toBe(0)
  const { flipFlops, modules } = JSON.parse(out) as { flipFlops: number; modules: readonly object[] }
  expect(flipFlops).toBe(16)
  expect(modules).toContainEqual(expect.objectContaining({ module: 'stage', instances: 2, flipFlops: 8 }))
})

test('without a yosys in the PATH the one of the npm package is used', async () => {
  const path = process.env['PATH']
  process.env['PATH'] = freshFolder()
  try {
    const { code, out } = await tessera(['synth', counterFile(), '--no-modules', '-o', freshFolder(), '--json'])

    expect(code).toBe(0)
    const { flipFlops, tool } = JSON.parse(out) as { flipFlops: number; tool: string }
    expect(flipFlops).toBe(4)
    expect(tool).toContain('npm:@yowasp/yosys')
  } finally {
    process.env['PATH'] = path
  }
})

test('tools that no package has are named with the command that installs them', async () => {
  const path = process.env['PATH']
  process.env['PATH'] = freshFolder()
  try {
    const { code, err } = await tessera([
      ...['synth', counterFile(), '-t', 'ecp5-85k', '--pnr', '--no-modules', '-o', freshFolder()],
    ])

    expect(code).toBe(2)
    expect(err).toContain('SYN-0102: nextpnr-ecp5 is not in the PATH')
    expect(err).toContain('apt-get install nextpnr-ecp5 fpga-trellis')
  } finally {
    process.env['PATH'] = path
  }
})
