import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { elaborate, type ModuleDefinition } from '#edsl'
import { emitVerilog } from '#emit'

/** A module with registers, a helper that is used twice and a memory with two read ports, and room for one more line. */
const source = (added: string) => `
import { bit, input, memory, module, output, reg, uint } from '#edsl'

const risingEdge = (signal) => {
  const before = reg(bit, 0)
  before.next(signal)
  return signal.and(before.not())
}

const ports = { a: input(bit), b: input(bit), at: input(uint(2)), sum: output(uint(4)), edges: output(bit), extra: output(bit) }

export const subject = module('subject', ports, ({ a, b, at, sum, edges, extra }) => {
  const words = memory(uint(4), 4, { read: 'next', initial: 0 })
  const first = risingEdge(a)
  const low = words.read(at)
  ${added}
  const second = risingEdge(b)
  const total = reg(uint(4), 0)
  const high = words.read(at.not())
  total.next(total.addWrap(low).xor(high))
  words.write(at, total)
  sum.drive(total)
  edges.drive(first.or(second))
})
`

/** The Verilog without the comment that names the source file. */
const verilogOf = async (name: string, added: string): Promise<readonly string[]> => {
  const folder = join(import.meta.dirname, '..', '..', 'out', 'stability')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.ts`)
  writeFileSync(file, source(added))
  const { subject } = (await import(/* @vite-ignore */ file)) as { subject: ModuleDefinition }
  return emitVerilog(elaborate(subject)).flatMap(({ text }) =>
    text.split('\n').filter((line) => !line.startsWith('//')),
  )
}

/** Aligned columns move when a longer name comes; that is no other name. */
const unaligned = (line: string): string => line.replace(/ +/g, ' ').trim()

test.each([
  ['a wire', 'const late = a.xor(b).named("late"); extra.drive(late)'],
  ['a register', 'const late = reg(bit, 0); late.next(a); extra.drive(late)'],
  ['a use of a helper', 'const late = risingEdge(a.and(b)); extra.drive(late)'],
  ['a read port', 'const late = words.read(at.addWrap(1)); extra.drive(late.any())'],
  ['a property', 'extra.drive(0)'],
])('an added line renames nothing else: %s', async (what, added) => {
  const name = what.replaceAll(' ', '-')

  const before = await verilogOf(`${name}-before`, 'extra.drive(a)')
  const after = await verilogOf(`${name}-after`, added)

  const lines = new Set(after.map(unaligned))
  expect(before.map(unaligned).filter((line) => !lines.has(line) && !line.includes('extra'))).toEqual([])
})
