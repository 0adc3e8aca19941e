import { expect, test } from 'vitest'
import {
  assign,
  at,
  design,
  inShort,
  input,
  instance,
  instanceOutput,
  literal,
  mainDomain,
  module,
  not,
  output,
  wire,
} from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0201')

const child = module('child', {
  ports: [input('enable', 1, { origin: at(2) }), output('count', 8)],
  body: [],
})
const drivenChild = module('child', { ...child, body: child.ports.slice(1).map((port) => assign(port, literal(8, 0))) })

test('an output without a driver is told', () => {
  const busy = output('busy', 1, { origin: at(4) })

  const found = checkDesign(design(module('top', { ports: [busy] })))

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0201 \`busy\` is never driven
      4: output without a driver",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "drive it in the body:",
      "  busy.drive(value)",
    ]
  `)
})

test('an output that the body reads names its reader', () => {
  const [busy, idle] = [output('busy', 1, { origin: at(4) }), output('idle')]

  const found = checkDesign(design(module('top', { ports: [busy, idle], body: [assign(idle, not(busy), 9)] })))

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0201 \`busy\` is never driven
      4: output without a driver
      9: read here",
    ]
  `)
})

test('a wire that somebody reads needs a driver', () => {
  const [idle, sum] = [output('idle'), wire('sum', 1, { origin: at(5) })]

  const found = checkDesign(design(module('top', { ports: [idle], signals: [sum], body: [assign(idle, sum, 9)] })))

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0201 \`sum\` is never driven
      5: wire without a driver
      9: read here",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "to give it a value:  sum.drive(value)",
      "if it stays quiet:   wire(bit, 0)",
    ]
  `)
})

test('a wire that nobody reads needs none', () => {
  const found = checkDesign(design(module('top', { signals: [wire('spare')] })))

  expect(found).toEqual([])
})

test('a fallback is a driver', () => {
  const idle = output('idle', 1, { fallback: literal(1, 1) })

  const found = checkDesign(design(module('top', { ports: [idle] })))

  expect(found).toEqual([])
})

test('an input of an instance needs a driver, and is named with the instance', () => {
  const signals = [wire('counter_enable', 1, { origin: at(7) }), instanceOutput('counter_count', 8)]
  const [enable, count] = signals
  if (enable === undefined || count === undefined) throw new Error('two signals')
  const instances = [instance('counter', drivenChild, { enable, count }, 7)]

  const found = checkDesign(design(module('top', { signals, instances })))

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0201 input \`enable\` of \`counter\` is never driven
      7: instance without a value for \`enable\`
      2: input of \`child\`",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "drive it next to the instance:",
      "  counter.enable.drive(value)",
    ]
  `)
})

test('a value that only a probe or a fact looks at is needed', () => {
  const [valid, fact] = [wire('valid'), wire('fact')]

  const found = checkDesign(
    design(
      module('top', {
        signals: [valid, fact],
        probes: [{ kind: 'probe', domain: mainDomain, name: 'seen', valid, record: literal(1, 0), origin: at(5) }],
        properties: [
          { kind: 'property', check: 'assert', domain: mainDomain, condition: fact, sentence: 'holds', origin: at(6) },
        ],
      }),
    ),
  )

  expect(found.map(({ title }) => title)).toEqual(['`valid` is never driven', '`fact` is never driven'])
})
