import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { writeVerilog } from '../../src/cli/write-verilog.ts'
import * as ir from '../support/nodes.ts'
import { freshFolder } from './run-cli.ts'

test('what the Verilog reads is written beside it, and what others wrote is in the list', () => {
  const folder = freshFolder()
  const part = ir.module('part', {
    ports: [ir.output('Q')],
    external: { kind: 'external', verilogName: 'PART', parameters: {}, files: ['hdl/blackbox/part.v'], pins: {} },
  })
  const [at, shown, q] = [ir.input('at', 9), ir.output('shown', 8), ir.instanceOutput('part_q')]
  const words = ir.memory('words', 8, 512, { initial: Array.from({ length: 400 }, (_, index) => BigInt(index % 256)) })
  const top = ir.module('lookup', {
    ports: [at, shown],
    signals: [q],
    memories: [words],
    instances: [ir.instance('part', part, { Q: q })],
    body: [ir.assign(shown, ir.op('xor', ir.read(words, at), ir.op('cat', ir.literal(7, 0), q)))],
  })

  const { files } = writeVerilog(ir.design(top), folder)

  expect(files).toEqual(['lookup.v', 'lookup_words.hex', 'files.f'])
  expect(readFileSync(join(folder, 'lookup_words.hex'), 'utf8')).toMatch(/^00\n01\n/)
  const [foreign = '', own, ...rest] = readFileSync(join(folder, 'files.f'), 'utf8').split('\n')
  expect(resolve(folder, foreign)).toBe(resolve('hdl/blackbox/part.v'))
  expect([own, ...rest]).toEqual(['lookup.v', ''])
})
