/** Small designs that the pictures of this room show. */
import type { Module } from '#ir'
import * as ir from '../support/nodes.ts'

/** Counts what goes through a queue of one word. */
export const counted = (): Module => {
  const child = ir.module('half', { ports: [ir.input('a', 8), ir.output('b', 8)] })
  const [go, value, shown, total] = [ir.input('go'), ir.input('value', 8), ir.output('shown', 8), ir.output('total', 4)]
  const count = ir.register('count', 4, { reset: 0 })
  const [into, out, alias] = [ir.wire('into', 8), ir.instanceOutput('out', 8), ir.wire('alias', 4)]
  const [store, word] = [ir.memory('store', 8, 16, { read: 'next' }), ir.memoryOutput('word', 8)]
  const ghost = ir.register('ghost', 1, { ghost: true })
  return ir.module('counted', {
    ports: [go, value, shown, total],
    signals: [count, into, out, alias, word, ghost],
    memories: [store],
    readPorts: [ir.readPort(store, count, word)],
    instances: [ir.instance('first', child, { a: into, b: out }, 7)],
    body: [
      ir.assign(into, value),
      ir.assign(alias, count),
      ir.assign(total, alias),
      ir.assign(ghost, go),
      ir.when(go, [ir.assign(count, ir.op('add', count, ir.literal(4, 1))), ir.write(store, count, out)]),
      ir.assign(shown, ir.op('xor', word, out)),
    ],
  })
}

/** Three states, one of them reached in two ways. */
export const machine = (): Module => {
  const cases = { idle: 0, 'run "fast"': 1, done: 2 }
  const state = ir.register('state', 2, { cases, reset: 0 })
  const [go, stop] = [ir.input('go'), ir.input('stop')]
  const to = (code: number) => ir.assign(state, ir.literal(2, code))
  const both = ir.named('both_held', ir.and(go, stop))
  return ir.module('server', {
    ports: [go, stop],
    signals: [state],
    machines: [{ kind: 'stateMachine', register: state, origin: ir.at(1) }],
    body: [
      ir.match(state, {
        idle: [ir.when(both, [to(2)], [ir.when(go, [to(1)])])],
        'run "fast"': [
          ir.whenChain([
            [stop, [to(2)]],
            [ir.op('lt', state, ir.op('cat', go, stop)), [to(2)]],
          ]),
        ],
        done: [to(0)],
      }),
    ],
  })
}
