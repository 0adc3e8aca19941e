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

// 64 routers, each another one, take more than a minute: `TESSERA_LONG=1` elaborates the largest mesh instead of this one.
const side = process.env['TESSERA_LONG'] === '1' ? 8 : 4
test(`a mesh of ${side} x ${side} has a router at each of its places`, () => {
  const { modules } = elaborate(network({ ...meshOf(side, side, 1), network: { counters: false } }))

  expect(modules.filter(({ name }) => /^router_x\d_y\d/.test(name))).toHaveLength(side * side)
}, 600_000)
