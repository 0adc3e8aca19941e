import { expect, test } from 'vitest'
import { simulationSource } from '#emit'
import { fifo, twoQueues } from './designs.ts'
import { design, literal, mainDomain, module, op, assign, signal } from '../support/nodes.ts'

test('probes and memories are found by the path of their instance', () => {
  const { top, probes, memories } = simulationSource(design(twoQueues()))

  expect(top).toBe('two_queues')
  expect(probes).toEqual([
    { name: 'first.taken', path: 'first', module: 'fifo_8x4', wire: 'probe_taken', bits: 9, domain: 'main' },
    { name: 'second.taken', path: 'second', module: 'fifo_8x4', wire: 'probe_taken', bits: 9, domain: 'main' },
  ])
  expect(memories.map(({ name, variable, depth, bits }) => [name, variable, depth, bits])).toEqual([
    ['first.store', 'store', 4, 8],
    ['second.store', 'store', 4, 8],
  ])
})

test('things of the top have no path', () => {
  const { probes } = simulationSource(design(fifo()))

  expect(probes.map(({ name, path }) => [name, path])).toEqual([['taken', '']])
})

test('the simulated top has clock and reset even if it is all logic', () => {
  const [a, b] = [signal('input', 'a', 4), signal('output', 'b', 4)]

  const { files, ports } = simulationSource(
    design(module('logic_only', { ports: [a, b], body: [assign(b, op('not', a))] })),
  )

  expect(files[0]?.text).toContain('input  wire       clk')
  expect(ports).toEqual([
    { name: 'a', direction: 'input', bits: 4 },
    { name: 'b', direction: 'output', bits: 4 },
  ])
})

test('a violated assertion ends the simulation with its sentence', () => {
  const a = signal('input', 'a', 4)
  const holds = {
    kind: 'property',
    check: 'assert',
    domain: mainDomain,
    condition: op('ne', a, literal(4, 3)),
    sentence: 'is never "3" (50 %)',
    origin: a.origin,
  } as const

  const { files } = simulationSource(design(module('checked', { ports: [a], properties: [holds] })))

  expect(files[0]?.text).toContain(`
  always @(posedge clk) begin
    if (!rst && a == 4'd3) begin
      $fatal(1, "is never \\"3\\" (50 %%) (hdl/lib/hand.ts:1)");
    end
  end
`)
})
