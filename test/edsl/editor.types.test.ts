import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'

const accepted: Readonly<Record<string, string>> = {
  'equal literal widths': 'sum.drive(wide.addWrap(wide))',
  'a literal operand': 'sum.drive(wide.addWrap(1))',
  'a run-time width': 'const bits: number = 8; sum.drive(wide.truncate(bits))',
  'a run-time width on both sides of an operator':
    'const bits: number = 8; sum.drive(wide.truncate(bits).addWrap(wide))',
  'a narrower value that says that it is extended': 'sum.drive(narrow.extend(8))',
  'a whole record': 'const held = reg(pair, { left: 0, right: 0 }); held.next({ left: wide, right: narrow })',
  'a complete match': 'op.match({ read: () => sum.drive(0), write: () => sum.drive(1) })',
  'a sum in a port of its width': 'const nine = wire(uint(9)); nine.drive(wide.add(wide))',
  'a sum of sums': 'const ten = wire(uint(10)); ten.drive(wide.add(wide).add(wide.add(1)))',
  'a product as wide as both factors': 'const twelve = wire(uint(12)); twelve.drive(wide.mul(narrow))',
  'a product with a literal, as wide as two of them': 'const sixteen = wire(uint(16)); sixteen.drive(wide.mul(3))',
  'a difference in a signed value of its width': 'const nine = wire(sint(9)); nine.drive(wide.sub(wide))',
  'parts side by side as wide as all of them': 'const all = wire(uint(21)); all.drive(cat(wide, narrow, bits1, wide))',
  'widths of several digits': 'const much = wire(uint(1000)); much.drive(cat(literal(999, 0), bits1))',
  'a record packed into its width': 'const all = wire(uint(12)); all.drive(pack(pair, { left: wide, right: 0 }))',
  'a record unpacked from its width': 'unpack(pair, wide.cat(narrow)).left.eq(wide)',
  'bits read as signed, and back': 'sum.drive(wide.signed().negWrap().unsigned())',
  'a pattern with a place per bit': "when(wide.matches('1--0_00--'), () => sum.drive(0))",
  'a negative literal for a signed value': 'const held = reg(sint(4), -8); held.next(-1)',
  'a variant with its payload': "const now = wire(request); now.drive({ kind: 'read', value: { address: wide } })",
  'a variant made by name': "const now = wire(request); now.drive(variant(request, 'idle'))",
  'all variants matched':
    'from.payload.lt(1); wire(request).match({ read: ({ address }) => sum.drive(address), idle: () => {} })',
  'an element chosen and set':
    'const rows = reg(array(uint(8), 3), [0, 0, 0]); rows.at(narrow).next(rows.at(narrow).addWrap(1))',
  'a choice between a register and a literal': 'const held = reg(uint(8), 0); sum.drive(mux(bits1, held, 0))',
  'a stream joined to a stream, from either side': 'connect(to, from); connect(from, to)',
  'sides with the same fields': 'const now = wire(pair); connect(now, { left: wide, right: narrow })',
  'sides that know their fields when the design is built':
    'const some: { readonly [name: string]: UInt } = {}; connect(some, some)',
  'registers by name': 'const { head } = regs({ head: uint(8), tail: uint(4) }, { head: 0 }); head.next(wide)',
  'a record in the past': 'assert(past(reg(pair, { left: 0, right: 0 }), 2).left.eq(wide), "always")',
  'a body generic over its width':
    'const twice = <N extends number>(value: UInt<N>): UInt<N> => value.addWrap(value).and(value.not()); sum.drive(twice(wide))',
}

/** What the editor refuses, and words that it shows with it. */
const refused: Readonly<Record<string, readonly [body: string, words: string]>> = {
  'operands of different literal widths': [
    'sum.drive(wide.addWrap(narrow))',
    '8 bits are wanted, these are 4: say .extend(8) or .truncate(8)',
  ],
  'a value that is too narrow': ['sum.drive(narrow)', '8 bits are wanted, these are 4: say .extend(8) or .truncate(8)'],
  'a sum that keeps its carry, for a value without room for it': [
    'sum.drive(wide.add(1))',
    '8 bits are wanted, these are 9: say .extend(8) or .truncate(8)',
  ],
  'a next value that is too wide': [
    'const held = reg(uint(4), 0); held.next(wide)',
    '4 bits are wanted, these are 8: say .extend(4) or .truncate(4)',
  ],
  'parts that are too many bits together': [
    'sum.drive(cat(narrow, narrow, bits1))',
    '8 bits are wanted, these are 9: say .extend(8) or .truncate(8)',
  ],
  'a signed value where an unsigned one is wanted': [
    'sum.drive(wide.signed())',
    'a signed number where an unsigned one is wanted: say .unsigned()',
  ],
  'an unsigned operand of a signed value': [
    'wide.signed().lt(wide)',
    'an unsigned number where a signed one is wanted: say .signed()',
  ],
  'a signed operand of an unsigned value': [
    'wide.add(wide.signed())',
    'a signed number where an unsigned one is wanted: say .unsigned()',
  ],
  'factors of which one is signed': ['wide.mul(wide.signed())', 'signed and unsigned do not mix'],
  'something else as an operand': ["wide.eq('read')", 'a number of 8 bits is wanted: such a value, or a literal'],
  'a pattern that is too short': ["wide.matches('1--0')", 'the pattern has 4 places, the value has 8 bits'],
  'a pattern with other letters': ["narrow.matches('1x00')", 'a pattern is made of 0, 1, - (either) and _ (a gap)'],
  'a choice between different widths': ['mux(bits1, wide, narrow)', "'UInt<4>'"],
  'driving an input': ['wide.drive(0)', "Property 'drive' does not exist"],
  'driving the valid of a stream that comes in': ['from.valid.drive(1)', "Property 'drive' does not exist"],
  'driving the ready of a stream that goes out': ['to.ready.drive(1)', "Property 'drive' does not exist"],
  'a misspelt port': ['sums.drive(0)', "Cannot find name 'sums'. Did you mean 'sum'?"],
  'a port that is not there': ['', "Property 'sums' does not exist on type"],
  'a misspelt state': ["const state = states('idle', 'busy'); state.go('bussy')", '\'"bussy"\' is not assignable'],
  'a missing case': ['op.match({ read: () => sum.drive(0) })', "Property 'write' is missing"],
  'a case that does not exist': ["sum.drive(op.is('fence').extend(8))", '\'"fence"\' is not assignable'],
  'a missing variant': ['wire(request).match({ idle: () => {} })', "Property 'read' is missing"],
  'a variant that does not exist': ["wire(request).is('write')", '\'"write"\' is not assignable'],
  'a payload that a variant does not have': ["variant(request, 'idle', 0)", 'Expected 2 arguments, but got 3'],
  'a missing field': ['const held = reg(pair); held.next({ left: wide })', "Property 'right' is missing"],
  'a field of another width': [
    'const held = reg(pair); held.next({ left: narrow, right: narrow })',
    "Type 'UInt<4>' is not assignable",
  ],
  'a side without a field': [
    'const now = wire(pair); connect(now, { left: wide })',
    'right is missing on the second side',
  ],
  'a side with a field too many': [
    'const now = wire(pair); connect(now, { left: wide, right: narrow, top: bits1 })',
    'top is missing on the first side',
  ],
  'a field of another width on the other side': [
    'const now = wire(pair); connect(now, { left: narrow, right: narrow })',
    'left has another width on the other side',
  ],
  'sides that can only be read': ['connect({ a: wide }, { a: wide })', 'a can be driven on neither side'],
  'setting a value of the past': ['past(reg(uint(8), 0)).next(1)', "Property 'next' does not exist"],
  'a register by a name that is not there': ['regs({ head: uint(8) }).tail', "Property 'tail' does not exist"],
  'a first value for no register': ['regs({ head: uint(8) }, { tail: 0 })', "'tail' does not exist"],
  'a shape where a value is meant': ['sum.drive(uint(8))', 'a number of 8 bits is wanted: such a value, or a literal'],
  '`next` on a wire': ['const now = wire(uint(8), 0); now.next(1)', "Property 'next' does not exist"],
  'a number as a condition': ['when(1, () => sum.drive(0))', "'number' is not assignable to parameter of type"],
}

/** A module whose body is one of the samples. */
const sample = (body: string): string => `
  import {
    array, assert, bit, cat, connect, elaborate, input, literal, module, mux, none, oneOf, output, pack, past, reg, regs, sint, states, stream, struct,
    type UInt, uint, union, unpack, variant, when, wire,
  } from '#edsl'
  const pair = struct({ left: uint(8), right: uint(4) })
  const request = union({ read: struct({ address: uint(8) }), idle: none })
  const ports = {
    bits1: input(bit), narrow: input(uint(4)), wide: input(uint(8)), op: input(oneOf('read', 'write')), from: input(stream(uint(8))),
    sum: output(uint(8)), to: output(stream(uint(8))),
  }
  elaborate(module('sample', ports, ({ bits1, narrow, wide, op, from, sum, to${body === '' ? ', sums' : ''} }) => {
    void [bits1, narrow, wide, op, from, sum, to, array, bit, cat, literal, mux, pack, reg, sint, states, unpack]
    void [variant, when, wire, pair, request, undefined as unknown as UInt]
    ${body}
  }))
`

/** What the editor underlines in each sample: the messages of the type checker. */
const underlined = new Map<string, readonly string[]>()

beforeAll(() => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const settings = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path))
  const { options } = ts.parseJsonConfigFileContent(settings.config, ts.sys, root)
  const bodies = { ...accepted, ...Object.fromEntries(Object.entries(refused).map(([title, [body]]) => [title, body])) }
  const files = new Map(
    Object.entries(bodies).map(([title, body], index) => [
      fileURLToPath(new URL(`sample-${index}.ts`, import.meta.url)),
      { title, text: sample(body) },
    ]),
  )
  const host = ts.createCompilerHost(options)
  const read = host.readFile.bind(host)
  const exists = host.fileExists.bind(host)
  host.readFile = (path) => files.get(path)?.text ?? read(path)
  host.fileExists = (path) => files.has(path) || exists(path)
  const program = ts.createProgram([...files.keys()], options, host)
  for (const [path, { title }] of files) {
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(path))
    underlined.set(
      title,
      found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    )
  }
})

describe('the editor accepts', () => {
  test.each(Object.keys(accepted))('%s', (title) => {
    expect(underlined.get(title)).toEqual([])
  })
})

describe('the editor refuses', () => {
  test.each(Object.entries(refused))('%s', (title, [, words]) => {
    expect(underlined.get(title)?.join('\n')).toContain(words)
  })
})
