import { XMLValidator } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { DiagramError, schematic } from '#diagram'
import { schematicGraph } from '../../src/diagram/schematic-graph.ts'
import * as ir from '../support/nodes.ts'
import { counted } from './designs.ts'

test('a module is ports, registers, memories and instances, and logic between them', () => {
  const { blocks, nets } = schematicGraph(counted())

  expect(blocks.map(({ kind, lines }) => `${kind}: ${lines.join(' / ')}`)).toEqual([
    'input: go',
    'input: value 8',
    'output: shown 8',
    'output: total 4',
    'register: count / 4 bits, reset 0',
    'logic: ?',
    'memory: store / 16 x 8 bits',
    'instance: first / half',
    'logic: xor',
    'logic: +',
  ])
  expect(nets.filter(({ label }) => label !== '').map(({ from, to }) => `${from} -> ${to}`)).toEqual(
    expect.arrayContaining([
      'register count value -> port total pin',
      'register count value -> memory store address',
      'port value pin -> instance 0 a',
      'instance 0 b -> logic port shown pin signal out',
      'memory store word -> logic port shown pin signal word',
      'port go pin -> logic register count next signal go',
    ]),
  )
})

test('every line ends at pins that are there', () => {
  const { blocks, nets } = schematicGraph(counted())
  const pins = new Map(blocks.flatMap((block) => block.pins).map(({ id, side }) => [id, side]))

  expect(nets.map(({ from, to }) => [pins.get(from), pins.get(to)])).toEqual(nets.map(() => ['out', 'in']))
})

test('the picture is XML, shows every block, and is the same each time', async () => {
  const picture = await schematic(counted())

  expect(XMLValidator.validate(picture)).toBe(true)
  for (const text of ['value 8', 'reset 0', '16 x 8 bits', '>half<', 'hdl/lib/hand.ts:7'])
    expect(picture).toContain(text)
  expect(picture).not.toContain('ghost')
  expect(await schematic(counted())).toBe(picture)
})

test('names that look like markup stay text', async () => {
  const odd = ir.output('odd', 1, { label: 'a<b & "c"' })

  const picture = await schematic(ir.module('odd_names', { ports: [odd], body: [ir.assign(odd, ir.literal(1, 1))] }))

  expect(XMLValidator.validate(picture)).toBe(true)
  expect(picture).toContain('a&lt;b &amp; &quot;c&quot;')
})

test('a module that nobody could read is refused, with parts of it that can be drawn', async () => {
  const refused = schematic(counted(), { mostBlocks: 5 })

  await expect(refused).rejects.toThrow(
    new DiagramError('the schematic of counted would have 10 blocks, more than 5; draw a part of it: half'),
  )
  await expect(schematic(counted(), { mostLines: 5 })).rejects.toThrow(/lines, more than 5/)
})
