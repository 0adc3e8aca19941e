import { describe, expect, test } from 'vitest'
import { InternalFault, validateDesign } from '#check'
import type { Expression, Module } from '#ir'
import {
  assign,
  at,
  design,
  input,
  instance,
  instanceOutput,
  literal,
  mainDomain,
  match,
  memory,
  memoryOutput,
  module,
  operation,
  output,
  read,
  register,
  when,
  wire,
  write,
} from '../support/nodes.ts'

const enable = input('enable')
const total = output('total', 4)
const four = literal(4, 3)

/** The faults of a module that is a design of its own. */
const faultsOf = (parts: Partial<Module>): readonly string[] => {
  try {
    validateDesign(design(module('top', parts)))
    return []
  } catch (error) {
    if (error instanceof InternalFault) return error.faults
    throw error
  }
}

const faultsOfValue = (value: Expression): readonly string[] => {
  const target = wire('target', value.bits)
  return faultsOf({ ports: [enable, total], signals: [target], body: [assign(target, value)] })
}

test('a whole design of every sort of node has no fault', () => {
  const [value, inverse] = [input('value', 4), output('inverse', 4)]
  const child = module('child', { ports: [value, inverse], body: [assign(inverse, operation('not', [value]))] })
  const connections = { value: wire('part_value', 4, { fallback: four }), inverse: instanceOutput('part_inverse', 4) }
  const [now, next] = [memory('now', 4, 16), memory('next', 4, 16, { read: 'next' })]
  const word = memoryOutput('word', 4)
  const held = register('held', 4, { reset: 3n })
  const top = module('top', {
    ports: [enable, total],
    signals: [...Object.values(connections), word, held],
    memories: [now, next],
    readPorts: [
      {
        kind: 'readPort',
        memory: next,
        address: held,
        enable,
        output: word,
        domain: mainDomain,
        during: 'old',
        origin: at(1),
      },
    ],
    instances: [instance('part', child, connections)],
    body: [
      when(enable, [assign(total, operation('mux', [enable, read(now, held), word], 4))], [assign(total, four)]),
      match(enable, { low: [write(now, held, four)], high: [write(next, held, four, literal(2, 3))] }),
      assign(held, { kind: 'slice', operand: operation('cat', [enable, four], 5), lsb: 1, bits: 4, origin: at(1) }),
      assign(connections.value, { kind: 'select', operand: literal(16, 7), index: held, bits: 4, origin: at(1) }),
    ],
    probes: [{ kind: 'probe', domain: mainDomain, name: 'seen', valid: enable, record: held, origin: at(1) }],
    properties: [
      { kind: 'property', check: 'assert', domain: mainDomain, condition: enable, sentence: 'holds', origin: at(1) },
    ],
  })

  expect(() => validateDesign(design(top))).not.toThrow()
})

test('a fault is told as one of this program, with a hash of the design', () => {
  const broken = design(module('top', { ports: [total], body: [assign(total, literal(3, 1))] }))

  expect(() => validateDesign(broken)).toThrowErrorMatchingInlineSnapshot(`
    [InternalFault: The nodes of this design contradict themselves. That is a fault of Tessera and not of the design.
      top: value of total: 3 bits where 4 belong
    Please report it together with this text. Design top, hash ff98e701df82]
  `)
})

describe('values', () => {
  const two = literal(2, 1)
  const wrong: readonly (readonly [string, Expression, string])[] = [
    ['a literal fits', literal(2, 4), '4 in 2 bits'],
    ['operands of a sum have the width of the result', operation('add', [four, two]), 'add of 4, 2 bits gives 4'],
    ['a comparison is one bit', operation('eq', [four, four]), 'eq of 4, 4 bits gives 4'],
    ['a comparison has two sides of one width', operation('lt', [four, two], 1), 'lt of 4, 2 bits gives 1'],
    ['a reduction is one bit', operation('any', [four]), 'any of 4 bits gives 4'],
    ['a shift keeps the width', operation('shiftLeft', [four, two], 5), 'shiftLeft of 4, 2 bits gives 5'],
    ['a complement keeps the width', operation('not', [four], 3), 'not of 4 bits gives 3'],
    ['a concatenation is as wide as its parts', operation('cat', [four, two], 4), 'cat of 4, 2 bits gives 4'],
    ['the condition of a mux is one bit', operation('mux', [two, four, four], 4), 'mux of 2, 4, 4 bits gives 4'],
    [
      'a slice stays inside',
      { kind: 'slice', operand: four, lsb: 2, bits: 3, origin: at(1) },
      'bits 2 to 4 of a value of 4 bits',
    ],
    [
      'elements fill an array',
      { kind: 'select', operand: four, index: two, bits: 3, origin: at(1) },
      'elements of 3 in 4 bits',
    ],
    ['signals belong to their module', wire('stranger'), 'signal stranger belongs to another module'],
    ['memories belong to their module', read(memory('ram', 4, 4), two), 'memory ram belongs to another module'],
  ]

  test.each(wrong)('%s', (_, value, fault) => {
    expect(faultsOfValue(value)).toEqual([`top: value of target: ${fault}`])
  })
})

describe('statements', () => {
  test('a value has the width of its target', () => {
    expect(faultsOf({ ports: [total], body: [assign(total, literal(3, 1))] })).toEqual([
      'top: value of total: 3 bits where 4 belong',
    ])
  })

  test('a condition is one bit', () => {
    expect(faultsOf({ body: [when(four, [])] })).toEqual(['top: condition of when: 4 bits where 1 belong'])
  })

  test('codes of a match fit its subject', () => {
    expect(faultsOf({ ports: [enable], body: [match(enable, { a: [], b: [], c: [] })] })).toEqual([
      'top: case c has code 2, the subject 1 bits',
    ])
  })

  test('enables divide a word', () => {
    const ram = memory('ram', 4, 4)

    expect(faultsOf({ memories: [ram], body: [write(ram, four, four, literal(3, 1))] })).toEqual([
      'top: write to ram: 3 enables for 4 bits',
    ])
  })
})

describe('declarations', () => {
  test('names are unique over signals, memories and instances', () => {
    const child = module('child', {})

    expect(
      faultsOf({ signals: [wire('a')], memories: [memory('a', 1, 1)], instances: [instance('a', child, {})] }),
    ).toEqual(['top: the name a is there twice', 'top: the name a is there twice'])
  })

  test('names are names', () => {
    expect(faultsOf({ signals: [wire('a.b')] })).toEqual(["top: 'a.b' is no name"])
  })

  test('ports are ports, and signals are none', () => {
    expect(faultsOf({ ports: [wire('a')], signals: [input('b')] })).toEqual([
      'top: port a is a wire',
      'top: b is no port but an input',
    ])
  })

  test('reset values and fallbacks belong to registers and wires', () => {
    const signals = [wire('a', 1, { reset: 0n }), register('b', 4, { fallback: four }), register('c', 1, { reset: 2n })]

    expect(faultsOf({ signals })).toEqual([
      'top: a is a wire and has a reset value',
      'top: b is a register with a fallback',
      'top: c resets to 2 in 1 bits',
    ])
  })

  test('an instance has a signal of the right role and width at every port', () => {
    const child = module('child', {
      ports: [input('value', 4), input('more'), output('out')],
      body: [],
    })
    const signals = [wire('part_value', 3), wire('part_out')]

    expect(
      faultsOf({
        signals,
        instances: [
          instance('part', child, { value: wireAt(signals, 0), out: wireAt(signals, 1), none: wireAt(signals, 0) }),
        ],
      }),
    ).toEqual([
      'top: part: child has no port none',
      'top: part: part_value has 3 bits, port value 4',
      'top: part: nothing at port more',
      'top: part: part_out at output out is a wire',
    ])
  })

  test('an output of an instance comes from one instance', () => {
    expect(faultsOf({ signals: [instanceOutput('a')] })).toEqual(['top: a (instanceOutput) has 0 sources'])
  })
})

test('children come before parents, the top last, names of modules once', () => {
  const child = module('same', {})
  const top = module('same', { instances: [instance('part', child, {})] })

  expect(() => validateDesign({ kind: 'design', top, modules: [top, child] })).toThrow(
    /top is not the last[\s\S]*same does not come before its parent[\s\S]*two modules have the name same/,
  )
})

const wireAt = <T>(list: readonly T[], index: number): T => {
  const found = list[index]
  if (found === undefined) throw new RangeError(`no element ${index}`)
  return found
}
