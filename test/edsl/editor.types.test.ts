import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'

const accepted: Readonly<Record<string, string>> = {
  'equal literal widths': 'sum.drive(wide.addWrap(wide))',
  'a literal operand': 'sum.drive(wide.addWrap(1))',
  'a run-time width': 'const bits: number = 8; sum.drive(wide.truncate(bits))',
  'a narrower value that says that it is extended': 'sum.drive(narrow.extend(8))',
  'a whole record': 'const held = reg(pair, { left: 0, right: 0 }); held.next({ left: wide, right: narrow })',
  'a complete match': 'op.match({ read: () => sum.drive(0), write: () => sum.drive(1) })',
}

const refused: Readonly<Record<string, string>> = {
  'operands of different literal widths': 'sum.drive(wide.addWrap(narrow))',
  'a value that is too narrow': 'sum.drive(narrow)',
  'driving an input': 'wide.drive(0)',
  'driving the valid of a stream that comes in': 'from.valid.drive(1)',
  'driving the ready of a stream that goes out': 'to.ready.drive(1)',
  'a misspelt port': 'sums.drive(0)',
  'a misspelt state': "const state = states('idle', 'busy'); state.go('bussy')",
  'a missing case': 'op.match({ read: () => sum.drive(0) })',
  'a case that does not exist': "sum.drive(op.is('fence').extend(8))",
  'a missing field': 'const held = reg(pair); held.next({ left: wide })',
  'a field of another width': 'const held = reg(pair); held.next({ left: narrow, right: narrow })',
  'a shape where a value is meant': 'sum.drive(uint(8))',
  '`next` on a wire': 'const now = wire(uint(8), 0); now.next(1)',
  'a number as a condition': 'when(1, () => sum.drive(0))',
}

/** A module whose body is one of the samples. */
const sample = (body: string): string => `
  import { bit, elaborate, input, module, oneOf, output, reg, states, stream, struct, uint, when, wire } from '#edsl'
  const pair = struct({ left: uint(8), right: uint(4) })
  const ports = {
    narrow: input(uint(4)), wide: input(uint(8)), op: input(oneOf('read', 'write')), from: input(stream(uint(8))),
    sum: output(uint(8)), to: output(stream(uint(8))),
  }
  elaborate(module('sample', ports, ({ narrow, wide, op, from, sum, to }) => {
    void [narrow, wide, op, from, sum, to, bit, reg, states, when, wire, pair]
    ${body}
  }))
`

/** What the editor underlines in each sample: the messages of the type checker. */
const underlined = new Map<string, readonly string[]>()

beforeAll(() => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const settings = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path))
  const { options } = ts.parseJsonConfigFileContent(settings.config, ts.sys, root)
  const bodies = { ...accepted, ...refused }
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
  test.each(Object.keys(refused))('%s', (title) => {
    expect(underlined.get(title)).not.toEqual([])
  })
})
