/** What the types of typical modules cost the type checker: instantiations, on top of those of an empty module. */
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const counter = `
  const counter = <Width extends number>(width: Width) =>
    module(\`counter_w\${width}\`, { enable: input(bit), count: output(uint(width)) }, ({ enable, count }) => {
      const value = reg(uint(width), 0)
      when(enable, () => value.next(value.addWrap(1)))
      count.drive(value)
    })
  elaborate(counter(8))
`

const server = `
  const command = struct({ op: oneOf('read', 'write', 'fence'), address: uint(32), data: uint(64) })
  const server = module('server', {
    request: input(stream(command)), reply: output(stream(uint(64))), busy: output(bit),
  }, ({ request, reply, busy }) => {
    const state = states('idle', 'access', 'answer')
    const held = reg(command)
    const result = reg(uint(64), 0)
    request.ready.drive(state.is('idle'))
    reply.valid.drive(state.is('answer'))
    reply.payload.drive(result)
    busy.drive(state.is('idle').not())
    state.match({
      idle: () => when(request.fire, () => { held.next(request.payload); state.go('access') }),
      access: () => {
        held.op.match({
          read: () => result.next(held.data),
          write: () => result.next(held.address.extend(64)),
          fence: () => result.next(0),
        })
        state.go('answer')
      },
      answer: () => when(reply.fire, () => state.go('idle')),
    })
  })
  elaborate(server)
`

const arithmetic = `
  const arithmetic = module('arithmetic', {
    a: input(uint(16)), b: input(sint(24)), sum: output(uint(18)), product: output(sint(41)), all: output(uint(128)),
  }, ({ a, b, sum, product, all }) => {
    sum.drive(a.add(a).add(a.add(1)))
    product.drive(a.extend(17).signed().mul(b))
    all.drive(cat(a, a, b.unsigned(), a.slice(3, 8), b.slice(0, 4), a.add(a).truncate(12), literal(48, 0)))
  })
  elaborate(arithmetic)
`

const record = `
  const header = struct({
    burst: bit, arq: bit, bsel: uint(8), sourceMod: uint(8), sourceChip: uint(6), targetMod: uint(8),
    targetChip: uint(6), mode: uint(4), address: uint(32), data0: uint(64),
  })
  const record = module('record', { bits: input(uint(138)), to: output(header) }, ({ bits, to }) => {
    const held = reg(header)
    held.next(unpack(header, bits))
    to.drive(held)
  })
  elaborate(record)
`

const names = `array, bit, cat, elaborate, input, literal, module, oneOf, output, reg, sint, states, stream, struct, uint,
  unpack, when`
const program = (body: string): string => `
  import { ${names} } from '#edsl'
  void [${names}]
  ${body}
`

/** Instantiations that checking a file with this body takes. */
const instantiations = (body: string): number => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const settings = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path))
  const { options } = ts.parseJsonConfigFileContent(settings.config, ts.sys, root)
  const path = fileURLToPath(new URL('cost-sample.ts', import.meta.url))
  const host = ts.createCompilerHost(options)
  const [read, exists] = [host.readFile.bind(host), host.fileExists.bind(host)]
  host.readFile = (file) => (file === path ? program(body) : read(file))
  host.fileExists = (file) => file === path || exists(file)
  const made = ts.createProgram([path], options, host)
  const found = made.getSemanticDiagnostics(made.getSourceFile(path))
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([])
  return made.getInstantiationCount()
}

// The bounds are about three times what was measured when they were written: they are there to notice an explosion.
test.each([
  ['a counter', counter, 6_000],
  ['a state machine with streams and a record', server, 9_000],
  ['sums, products and concatenations of literal widths', arithmetic, 12_000],
  ['a packed record of ten fields', record, 16_000],
])('%s costs the type checker little', (_, body, bound) => {
  const cost = instantiations(body) - instantiations('')

  expect(cost).toBeLessThan(bound)
})
