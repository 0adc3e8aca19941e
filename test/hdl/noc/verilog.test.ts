import { describe, expect, test } from 'vitest'
import { elaborate, uint } from '#edsl'
import { defaultSystem } from '#layout'
import { fifo, packetMerge, roundRobin } from '#hdl/lib'
import { network } from '#hdl/noc'
import { lint, synthesisCheck } from '../../emit/tools.ts'
import { meshOf, systemOf } from './support/systems.ts'

describe.each([
  ['the network of the default system', network(defaultSystem)],
  [
    'the network of a row without a host port',
    network({ ...meshOf(3, 1, 2), network: { depth: 3, linkStages: 2, vcsPerClass: 2, arbitration: 'age' } }),
  ],
  ['the network of one module', network(systemOf('single', 1, 1, [3]))],
  [
    'a network with rates and two planes',
    network({
      ...meshOf(2, 1, 1),
      network: { rateLimit: { flits: 32, burst: 8 }, planes: [[0], [1]], pipeline: 'two' },
    }),
  ],
  ['a queue of one payload', fifo(uint(8), 1)],
  ['a queue of five payloads', fifo(uint(8), 5)],
  ['an arbiter for one', roundRobin(1)],
  ['a merge of one stream', packetMerge(1)],
])('%s', (_, definition) => {
  const design = elaborate(definition)

  test('is Verilog without a warning', () => {
    expect(lint(design)).toBe('')
  })

  test('is fit for synthesis: one driver per wire, no loop, no latch', () => {
    expect(synthesisCheck(design)).toBe('')
  })
})

test('the largest mesh has a router at each of its 64 places', () => {
  const { modules } = elaborate(network(meshOf(8, 8, 1)))

  expect(modules.filter(({ name }) => name.startsWith('router_'))).toHaveLength(64)
})
