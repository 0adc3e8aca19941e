import { expect, test } from 'vitest'
import { checkDesign } from '#check'
import type { Diagnostic } from '#ir'
import { assertion, assign, at, design, inShort, instance, literal, module, output, wire } from '../support/nodes.ts'

test('all mistakes of all modules come out at once, in the order of the source', () => {
  const late = output('late', 1, { origin: at(40) })
  const twice = wire('twice')
  const child = module('child', { ports: [late] })
  const top = module('top', {
    ports: [output('early', 1, { origin: at(3) })],
    signals: [twice],
    properties: [assertion('twice is set', twice)],
    instances: [instance('part', child, {})],
    body: [assign(twice, literal(1, 0), 8), assign(twice, literal(1, 1), 9)],
  })

  const found = checkDesign(design(top))

  expect(found.map((each) => inShort(each).split('\n')[0])).toEqual([
    'HDL-0201 `early` is never driven',
    'HDL-0203 `twice` has two drivers',
    'HDL-0201 `late` is never driven',
  ])
})

test('what was found before takes its place in the order', () => {
  const early = output('early', 1, { origin: at(3) })
  const before: Diagnostic = {
    code: 'HDL-0102',
    title: 'widths',
    at: { origin: at(2), note: '' },
    also: [],
    path: [],
    help: [],
  }

  const found = checkDesign(design(module('top', { ports: [early] })), [before])

  expect(found.map(({ code }) => code)).toEqual(['HDL-0102', 'HDL-0201'])
})

test('the same lines with other parameters tell their mistake once', () => {
  const made = (name: string) => module(name, { ports: [output('full', 1, { origin: at(3) })] })
  const top = module('top', { instances: [instance('one', made('fifo_4'), {}), instance('other', made('fifo_8'), {})] })

  expect(checkDesign(design(top)).map(({ path }) => path)).toEqual([['top', 'one']])
})

test('mistakes without a place come last and all of them', () => {
  const nowhere = { places: [], name: undefined }
  const ports = [output('one', 1, { origin: nowhere }), output('two', 1, { origin: at(9) })]

  expect(checkDesign(design(module('top', { ports }))).map(({ title }) => title)).toEqual([
    '`two` is never driven',
    '`one` is never driven',
  ])
})

test('the variable of the designer is named, not its spelling in Verilog', () => {
  const ports = [output('any_request', 1, { origin: at(3, 'anyRequest') })]

  expect(checkDesign(design(module('top', { ports })))[0]?.title).toBe('`anyRequest` is never driven')
})

test('the path of a mistake goes by the instances, and counts those that are numbered', () => {
  const leaf = module('leaf', { ports: [output('full')] })
  const tile = (name: string) => module(name, { instances: [instance('queue', leaf, {})] })
  const plain = module('plain', {})
  const top = module('soc', {
    instances: [instance('tile_0', plain, {}), instance('tile_1', tile('kind'), {}), instance('part_7', plain, {})],
  })

  expect(checkDesign(design(top)).map(({ path }) => path)).toEqual([['soc', 'tile[1]', 'queue']])
})

test('a mistake that was found while a body ran gets the path to its module', () => {
  const leaf = module('leaf', {})
  const top = module('soc', { instances: [instance('part', leaf, {})] })
  const before: Diagnostic = {
    code: 'HDL-0102',
    title: 'widths',
    at: { origin: at(2), note: '' },
    also: [],
    path: ['soc', 'leaf'],
    help: [],
  }

  expect(checkDesign(design(top), [before]).map(({ path }) => path)).toEqual([['soc', 'part']])
})

test('modules whose names differ only in upper and lower case are told', () => {
  const parts = ['fifo', 'Fifo'].map((name, index) => module(name, { origin: at(index + 1) }))
  const top = module('top', { instances: parts.map((part) => instance(`part_${part.name}`, part, {})) })

  expect(checkDesign(design(top)).map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0303 the modules fifo and Fifo differ only in upper and lower case
      2: on some disks their files are one, and VHDL takes the names for one
      1: the other one",
    ]
  `)
})
