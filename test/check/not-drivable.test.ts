import { expect, test } from 'vitest'
import { assign, at, design, inShort, input, instanceOutput, literal, memoryOutput, module } from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0207')

test('what others set is not set by the body', () => {
  const request = input('request', 1, { origin: at(2) })
  const signals = [instanceOutput('fifo_full', 1, { origin: at(3) }), memoryOutput('word', 1, { origin: at(4) })]
  const body = [request, ...signals].map((signal, index) => assign(signal, literal(1, 0), 7 + index))

  const found = checkDesign(design(module('top', { ports: [request], signals, body })))

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0207 \`request\` is set from outside of this body
      7: driven here
      2: an input: the parent drives it",
      "HDL-0207 \`fifo_full\` is set from outside of this body
      8: driven here
      3: an output of an instance: the instance drives it",
      "HDL-0207 \`word\` is set from outside of this body
      9: driven here
      4: a word of a memory: the read port drives it",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "drive a wire of your own:",
      "  const own = wire(bit)",
    ]
  `)
})
