import { existsSync, statSync, writeFileSync } from 'node:fs'
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
  const { code, out } = await tessera(['synth', counterFile(), '-t', target, '-o', freshFolder(), '--json'])

  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ design: 'counter', target, flipFlops: 4, rams: 0 })
})

test('place and route makes the bitstream of the device', async () => {
  const folder = freshFolder()

  const { code, out, err } = await tessera([
    ...['synth', counterFile(), '--pnr', '--pin', 'clk=J3', '--pin', 'count=B5,B4,A2,A1', '-o', folder],
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
