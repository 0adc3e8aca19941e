import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLValidator } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { freshFolder, tessera } from './run-cli.ts'

test('the tree of instances as text and as JSON', async () => {
  const text = await tessera(['view', 'memory-tile', '--hierarchy'])
  const json = await tessera(['view', 'memory-tile', '--hierarchy', '--json'])

  expect(text).toMatchObject({ code: 0, err: '' })
  expect(text.out).toMatch(/^memory_tile_1024k\n {2}\w+: /)
  expect(JSON.parse(json.out)).toMatchObject({ instance: 'memory_tile_1024k', children: [{}, {}, {}] })
})

test('a schematic in a file', async () => {
  const file = join(freshFolder(), 'tile.svg')

  const { code, out } = await tessera(['view', 'memory-tile', '--schematic', '-o', file, '--json'])

  const text = readFileSync(file, 'utf8')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({ design: 'memory-tile', file, bytes: Buffer.byteLength(text) })
  expect(XMLValidator.validate(text)).toBe(true)
})

test('a state machine in the form that the name of the file asks for', async () => {
  const folder = freshFolder()
  const file = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const states = ['view', 'compute-tile', '--states', '--module', 'print_unit', '-o']

  for (const name of ['a.svg', 'a.mmd', 'a.dot']) expect((await tessera([...states, join(folder, name)])).code).toBe(0)

  expect(XMLValidator.validate(file('a.svg'))).toBe(true)
  expect(file('a.mmd')).toMatch(/^stateDiagram-v2\n/)
  expect(file('a.dot')).toMatch(/^digraph "print_unit\.state" \{\n/)
})

test.each([
  [['view', 'soc'], 'say what to show: one of --schematic, --states and --hierarchy'],
  [['view', 'soc', '--states', '--schematic'], 'say what to show'],
  [
    ['view', 'compute-tile', '--states', '--module', 'print_unt'],
    "there is no module 'print_unt' in compute_tile_256k. Did you mean 'print_unit'?",
  ],
  [['view', 'compute-tile', '--states'], 'state machines; use --module with one of'],
  [['view', 'memory-tile', '--states', '--module', 'memory_tile_1024k'], 'memory_tile_1024k has no state machine'],
  [
    ['view', 'compute-tile', '--schematic', '--module', 'register_unit'],
    'lines, more than 400; draw a part of it: round_robin_6, endpoint_file; use --module',
  ],
  [['view', 'memory-tile', '--schematic', '-o', '/nowhere/at/all.svg'], 'it cannot be written to /nowhere/at/all.svg'],
])('%j is refused with the reason', async (args, reason) => {
  const { code, err } = await tessera(args)

  expect(code).toBe(2)
  expect(err).toContain(reason)
})
