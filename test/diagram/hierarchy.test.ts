import { expect, test } from 'vitest'
import { hierarchy } from '#diagram'
import * as ir from '../support/nodes.ts'
import { counted } from './designs.ts'

test('the tree says what is where, with ports and places', () => {
  const tree = hierarchy(ir.design(counted()))

  expect(tree).toMatchObject({ instance: 'counted', module: 'counted', foreign: false, domains: ['main'] })
  expect(tree.at).toEqual({ file: 'hdl/lib/hand.ts', line: 4, column: 1 })
  expect(tree.ports[1]).toEqual({ name: 'value', direction: 'input', bits: 8, signed: false })
  expect(tree.children.map(({ instance, module, at }) => [instance, module, at?.line])).toEqual([['first', 'half', 7]])
  expect(JSON.parse(JSON.stringify(tree))).toEqual(tree)
})
