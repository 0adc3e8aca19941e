/** An engine that interprets the nodes, for tests of what stands above engines: one clock, no memories, no properties. */
import type { Design, Signal } from '#ir'
import type { Engine, Slot } from '#engine'
import { createReference } from '../emit/reference.ts'

/** Opens `design`; what can be watched are its ports. */
export const interpret = (design: Design): Engine => {
  let words = 0
  const place = (bits: number): number => {
    const offset = words * 8
    words += Math.ceil(bits / 64)
    return offset
  }
  const slotOf = ({ name, label, bits, signed, cases, role }: Signal): Slot => {
    return { path: [name], label, bits, signed, cases, role, offset: place(bits) }
  }
  const inputs = design.top.ports.filter(({ role }) => role === 'input').map(slotOf)
  const outputs = design.top.ports.filter(({ role }) => role === 'output').map(slotOf)
  const reset: Slot = {
    path: ['rst'],
    label: 'rst',
    bits: 1,
    signed: false,
    cases: undefined,
    role: 'reset',
    offset: place(1),
  }
  const memory = new ArrayBuffer(words * 8)
  const values = new BigUint64Array(memory)
  const read = ({ offset, bits }: Slot): bigint => {
    let value = 0n
    for (let word = Math.ceil(bits / 64) - 1; word >= 0; word--)
      value = (value << 64n) | (values[offset / 8 + word] as bigint)
    return value
  }
  const reference = createReference(design.top, (name) => {
    const slot = inputs.find(({ path }) => path[0] === name)
    return slot === undefined ? 0n : read(slot)
  })
  let edge = 0
  const settle = (): void => {
    reference.unsettle()
    for (const { path, offset, bits } of outputs) {
      const value = reference.output(path[0] as string)
      for (let word = 0; word < Math.ceil(bits / 64); word++) values[offset / 8 + word] = value >> BigInt(64 * word)
    }
  }
  return {
    name: 'wasm',
    memory,
    domains: ['main'],
    inputs,
    outputs,
    resets: [reset],
    signals: [...inputs, ...outputs],
    memories: [],
    settle,
    step: (_, edges) => {
      for (let count = 0; count < edges; count++) {
        reference.unsettle()
        reference.edge(read(reset) === 1n)()
        edge++
      }
      settle()
      return edges
    },
    get edge() {
      return edge
    },
    events: () => [],
    close: () => undefined,
    [Symbol.dispose]: () => undefined,
  }
}
