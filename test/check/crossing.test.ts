import { expect, test } from 'vitest'
import { checkDesign } from '#check'
import type { Diagnostic, Module } from '#ir'
import {
  assign,
  at,
  design,
  domain,
  inShort,
  input,
  instance,
  instanceOutput,
  literal,
  mainDomain,
  memory,
  memoryOutput,
  module,
  not,
  op,
  output,
  property,
  readPort,
  register,
  slice,
  when,
  wire,
  write,
} from '../support/nodes.ts'

const pixel = domain('pixel')

const count = register('count', 1, { reset: 0, origin: at(3) })
const shown = register('shown', 1, { reset: 0, domain: pixel, origin: at(4) })
const toggles = assign(count, not(count))

/** What the rules on clocks tell of a module. */
const foundIn = (parts: Partial<Module>): readonly Diagnostic[] =>
  checkDesign(design(module('top', { domains: [mainDomain, pixel], ...parts }))).filter(({ code }) =>
    /^HDL-0(4|5)/.test(code),
  )

const inShortIn = (parts: Partial<Module>): readonly string[] => foundIn(parts).map(inShort)

test('a register that takes a value of another domain is told with both registers', () => {
  const found = foundIn({ signals: [count, shown], body: [toggles, assign(shown, count, 8)] })

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0501 \`shown\` of \`pixel\` takes \`count\` of \`main\`
      8: taken at the edge of \`pixel\`
      3: \`count\`: register of \`main\`
      4: \`shown\`: register of \`pixel\`",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "take it through two registers of \`pixel\`, of which the first may cross:",
      "  const early = reg(bit, 0, { domain: pixel, crossing: 'first of two registers' })",
      "  const countInPixel = reg(bit, 0, { domain: pixel })",
      "  early.next(count)",
      "  countInPixel.next(early)",
    ]
  `)
})

test('registers of one domain take values of each other', () => {
  const other = register('other', 1, { domain: pixel })

  expect(foundIn({ signals: [other, shown], body: [assign(other, not(other)), assign(shown, other)] })).toEqual([])
})

test('two domains are the same when their names are', () => {
  const other = register('other', 1, { domain: domain('pixel') })

  expect(foundIn({ signals: [other, shown], body: [assign(other, not(other)), assign(shown, other)] })).toEqual([])
})

test('a register that may cross takes any value', () => {
  const early = register('early', 1, { domain: pixel, crossing: 'first of two registers' })

  expect(foundIn({ signals: [count, early], body: [toggles, assign(early, count)] })).toEqual([])
})

test('the wires on the way are told', () => {
  const level = wire('level')

  expect(
    inShortIn({ signals: [count, shown, level], body: [toggles, assign(level, count, 6), assign(shown, level, 8)] }),
  ).toMatchInlineSnapshot(`
    [
      "HDL-0501 \`shown\` of \`pixel\` takes \`count\` of \`main\`
      8: taken at the edge of \`pixel\`
      3: \`count\`: register of \`main\`
      6: \`level\` is computed from \`count\`
      4: \`shown\`: register of \`pixel\`",
    ]
  `)
})

test('a condition of another domain crosses as well', () => {
  const body = [toggles, when(count, [assign(shown, not(shown), 8)])]

  expect(inShortIn({ signals: [count, shown], body })).toMatchInlineSnapshot(`
    [
      "HDL-0501 \`shown\` of \`pixel\` takes \`count\` of \`main\`
      8: set at the edge of \`pixel\`, under a condition of another clock
      3: \`count\`: register of \`main\`
      4: \`shown\`: register of \`pixel\`",
    ]
  `)
})

test('a pin of no clock goes to registers that may cross, and to no others', () => {
  const button = input('button', 1, { domain: 'asynchronous', origin: at(2) })
  const early = register('early', 1, { domain: pixel, crossing: 'first of two registers' })
  const parts = { ports: [button], signals: [early, shown] }

  expect(foundIn({ ...parts, body: [assign(early, button), assign(shown, early)] })).toEqual([])
  expect(inShortIn({ ...parts, body: [assign(early, button), assign(shown, button, 8)] })).toMatchInlineSnapshot(`
    [
      "HDL-0501 \`shown\` of \`pixel\` takes \`button\`, which belongs to no clock
      8: taken at the edge of \`pixel\`
      2: \`button\`: input that belongs to no clock
      4: \`shown\`: register of \`pixel\`",
    ]
  `)
})

test('an output carries values of its domain', () => {
  const level = output('level', 1, { origin: at(2) })

  expect(inShortIn({ ports: [level], signals: [shown], body: [assign(shown, not(shown)), assign(level, shown, 9)] }))
    .toMatchInlineSnapshot(`
    [
      "HDL-0501 output \`level\` of \`main\` takes \`shown\` of \`pixel\`
      9: driven here, for those who read it with \`main\`
      4: \`shown\`: register of \`pixel\`
      2: \`level\`: output for \`main\`",
    ]
  `)
})

test('an output that belongs to no clock carries any value', () => {
  const level = output('level', 1, { domain: 'asynchronous' })

  expect(
    foundIn({ ports: [level], signals: [shown], body: [assign(shown, not(shown)), assign(level, shown)] }),
  ).toEqual([])
})

const from = input('from', 1, { origin: at(21) })
const to = output('to', 1, { origin: at(22) })
const held = register('held', 1, { origin: at(23) })
const child = module('child', {
  ports: [from, to],
  signals: [held],
  body: [assign(held, from, 24), assign(to, held, 25)],
})
const partFrom = wire('part_from')
const partTo = instanceOutput('part_to', 1, { origin: at(10, 'part') })
const connections = { from: partFrom, to: partTo }

test('an output of an instance moves with the domain that the instance has', () => {
  const parts = { signals: [shown, partFrom, partTo], body: [assign(partFrom, shown), assign(shown, partTo, 8)] }

  expect(foundIn({ ...parts, instances: [instance('part', child, connections, 10, { main: pixel })] })).toEqual([])
  expect(inShortIn({ ...parts, instances: [instance('part', child, connections, 10, { main: mainDomain })] }))
    .toMatchInlineSnapshot(`
    [
      "HDL-0501 input \`part.from\` of \`main\` takes \`shown\` of \`pixel\`
      1: driven here, and read with \`main\`
      4: \`shown\`: register of \`pixel\`
      21: input \`from\` of \`child\`, which is read with \`main\` here
      23: inside of \`part\`: \`held\`",
      "HDL-0501 \`shown\` of \`pixel\` takes \`part.to\` of \`main\`
      8: taken at the edge of \`pixel\`
      10: \`part.to\` moves with \`main\`
      23: inside of \`part\`: \`held\`
      4: \`shown\`: register of \`pixel\`",
    ]
  `)
})

test('an input of an instance that belongs to no clock takes any value', () => {
  const pin = input('from', 1, { domain: 'asynchronous' })
  const early = register('early', 1, { crossing: 'first of two registers' })
  const synchroniser = module('synchroniser', { ports: [pin], signals: [early], body: [assign(early, pin)] })

  expect(
    foundIn({
      signals: [shown, partFrom],
      instances: [instance('part', synchroniser, { from: partFrom })],
      body: [assign(shown, not(shown)), assign(partFrom, shown)],
    }),
  ).toEqual([])
})

test('a property looks at values of its domain', () => {
  const properties = [property('assert', 'is never shown', not(shown), { origin: at(12) })]

  expect(inShortIn({ signals: [shown], properties, body: [assign(shown, not(shown))] })).toMatchInlineSnapshot(`
    [
      "HDL-0501 assert 'is never shown' of \`main\` takes \`shown\` of \`pixel\`
      12: looked at at the edge of \`main\`
      4: \`shown\`: register of \`pixel\`",
    ]
  `)
})

const address = register('address', 2, { reset: 0 })
const store = memory('store', 8, 4, { read: 'next', origin: at(30) })
const word = memoryOutput('word', 8, { domain: pixel })
const stores = write(store, address, literal(8, 1), undefined, { origin: at(31) })
const place = register('place', 2, { domain: pixel })
const counts = [assign(address, op('add', address, literal(2, 1))), assign(place, op('add', place, literal(2, 1)))]

test('an address of another domain crosses', () => {
  const readPorts = [readPort(store, address, word, undefined, { domain: pixel, origin: at(32) })]
  const parts = { signals: [address, place, word], memories: [store], readPorts, body: [...counts, stores] }

  expect(inShortIn(parts)).toMatchInlineSnapshot(`
    [
      "HDL-0501 the read of \`store\` of \`pixel\` takes \`address\` of \`main\`
      32: read at the edge of \`pixel\`
      1: \`address\`: register of \`main\`
      30: \`store\`: read at the edge of \`pixel\`",
      "HDL-0504 \`store\` is written with \`main\` and read with \`pixel\`
      32: read at the edge of \`pixel\`
      30: the memory
      31: written at the edge of \`main\`",
    ]
  `)
})

test('a word that is written in one domain and read in another is told', () => {
  const readPorts = [readPort(store, place, word, undefined, { domain: pixel, origin: at(32) })]
  const parts = { signals: [address, place, word], memories: [store], readPorts, body: [...counts, stores] }

  expect(inShortIn(parts)).toMatchInlineSnapshot(`
    [
      "HDL-0504 \`store\` is written with \`main\` and read with \`pixel\`
      32: read at the edge of \`pixel\`
      30: the memory
      31: written at the edge of \`main\`",
    ]
  `)
})

test('a word may be read in another domain by a port that may cross', () => {
  const safe = memoryOutput('word', 8, { domain: pixel, crossing: 'its pointer has crossed before' })
  const readPorts = [readPort(store, place, safe, undefined, { domain: pixel })]

  expect(foundIn({ signals: [address, place, safe], memories: [store], readPorts, body: [...counts, stores] })).toEqual(
    [],
  )
})

test('a word that is read as logic crosses to the register that takes it', () => {
  const table = memory('table', 1, 4, { origin: at(30) })
  const body = [
    ...counts,
    write(table, address, literal(1, 1), undefined, { origin: at(31) }),
    assign(shown, { kind: 'memoryRead', memory: table, address: place, bits: 1, origin: at(1) }, 33),
  ]

  expect(inShortIn({ signals: [address, place, shown], memories: [table], body })).toMatchInlineSnapshot(`
    [
      "HDL-0504 \`table\` is written with \`main\` and read with \`pixel\`
      33: taken at the edge of \`pixel\`
      30: the memory
      31: written at the edge of \`main\`",
    ]
  `)
})

test('a memory that two clocks write is told', () => {
  const body = [...counts, stores, write(store, place, literal(8, 2), undefined, { domain: pixel, origin: at(32) })]

  expect(inShortIn({ signals: [address, place], memories: [store], body })).toMatchInlineSnapshot(`
    [
      "HDL-0401 \`store\` is written with two clocks
      32: written at the edge of \`pixel\`
      31: written at the edge of \`main\`
      30: the memory: most FPGA tools make registers of it, or refuse it",
    ]
  `)
})

test('bits that cross side by side without Gray code are told', () => {
  const early = register('early', 2, { domain: pixel, crossing: 'first of two registers', origin: at(5) })
  const gray = op('xor', address, op('cat', literal(1, 0), slice(address, 1, 1)))
  const coded = register('coded', 2)
  const signals = [address, early, coded]
  const body = [assign(address, op('add', address, literal(2, 1))), assign(coded, gray)]

  expect(foundIn({ signals, body: [...body, assign(early, coded)] })).toEqual([])
  expect(foundIn({ signals, body: [...body, when(slice(early, 0, 1), [assign(early, address)])] })).toEqual([])
  const found = foundIn({ signals, body: [...body, assign(early, address, 9)] })
  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0503 the 2 bits of \`early\` may come from different edges of \`address\`
      9: taken at every edge, also while some bits have changed and others not
      1: moves with \`main\`, several bits at once
      5: may cross: 'first of two registers'",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "let a Gray code cross, which changes one bit at a time:",
      "  const gray = reg(uint(2), 0)",
      "  gray.next(address.xor(address.shiftRight(1)))",
      "or take it only while it holds still:",
      "  when(arrived, () => early.next(address))",
    ]
  `)
})
