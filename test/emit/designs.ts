/** Small designs that several tests use. */
import type { Expression, Module } from '#ir'
import * as ir from '../support/nodes.ts'

const { literal, named, op, assign, signal, slice, whenChain } = ir

/** The queue of the tutorial: 4 payloads of 8 bits. */
export const fifo = (): Module => {
  const payload = signal('input', 'from_payload', 8)
  const fromValid = signal('input', 'from_valid', 1)
  const fromReady = signal('output', 'from_ready', 1)
  const toPayload = signal('output', 'to_payload', 8)
  const toValid = signal('output', 'to_valid', 1)
  const toReady = signal('input', 'to_ready', 1)
  const head = signal('register', 'head', 3, { reset: 0 })
  const tail = signal('register', 'tail', 3, { reset: 0 })
  const store = ir.memory('store', 8, 4)
  const used = named('used', op('sub', tail, head))
  const fromFire = (): Expression => named('from_fire', op('and', fromValid, fromReady))
  return ir.module('fifo_8x4', {
    summary: 'First-in first-out queue of 4 payloads of 8 bits. One cycle from write to read.',
    ports: [payload, fromValid, fromReady, toPayload, toValid, toReady],
    signals: [head, tail],
    memories: [store],
    body: [
      assign(fromReady, op('ne', used, literal(3, 4))),
      assign(toValid, op('ne', used, literal(3, 0))),
      assign(toPayload, ir.read(store, slice(head, 0, 2))),
      whenChain([
        [fromFire(), [ir.write(store, slice(tail, 0, 2), payload), assign(tail, op('add', tail, literal(3, 1)))]],
      ]),
      whenChain([[op('and', toValid, toReady), [assign(head, op('add', head, literal(3, 1)))]]]),
    ],
    probes: [ir.probe('taken', fromFire(), payload)],
    properties: [ir.assertion('never holds more than its depth', op('lt', used, literal(3, 5)))],
  })
}

/** One command at a time, one answer per command. */
export const server = (): Module => {
  const ops = { read: 0, write: 1, fence: 2 }
  const states = { idle: 0, access: 1, answer: 2 }
  const requestOp = signal('input', 'request_payload_op', 2, { cases: ops })
  const requestData = signal('input', 'request_payload_data', 64)
  const requestValid = signal('input', 'request_valid', 1)
  const requestReady = signal('output', 'request_ready', 1)
  const replyPayload = signal('output', 'reply_payload', 64)
  const replyValid = signal('output', 'reply_valid', 1)
  const replyReady = signal('input', 'reply_ready', 1)
  const busy = signal('output', 'busy', 1)
  const state = signal('register', 'state', 2, { cases: states, reset: 0 })
  const heldOp = signal('register', 'held_op', 2, { cases: ops })
  const heldData = signal('register', 'held_data', 64)
  const result = signal('register', 'result', 64, { reset: 0 })
  const is = (code: number): Expression => op('eq', state, literal(2, code))
  const go = (code: number) => assign(state, literal(2, code))
  return ir.module('server', {
    summary: 'Serves one command at a time and answers every command exactly once.',
    ports: [requestOp, requestData, requestValid, requestReady, replyPayload, replyValid, replyReady, busy],
    signals: [state, heldOp, heldData, result],
    body: [
      assign(requestReady, is(0)),
      assign(replyValid, is(2)),
      assign(replyPayload, result),
      assign(busy, op('not', is(0))),
      ir.matchCodes(state, [
        [
          'idle',
          0,
          [
            whenChain([
              [
                named('request_fire', op('and', requestValid, requestReady)),
                [assign(heldOp, requestOp), assign(heldData, requestData), go(1)],
              ],
            ]),
          ],
        ],
        [
          'access',
          1,
          [
            ir.matchCodes(heldOp, [
              ['read', 0, [assign(result, heldData)]],
              ['write', 1, [assign(result, literal(64, 0))]],
              ['fence', 2, [assign(result, literal(64, 0xdeadbeefn))]],
            ]),
            go(2),
          ],
        ],
        ['answer', 2, [whenChain([[op('and', replyValid, replyReady), [go(0)]]])]],
      ]),
    ],
  })
}

/** Two queues one behind the other, and the number of payloads in them. */
export const twoQueues = (): Module => {
  const queue = fifo()
  const ports = queue.ports.map((port) => signal(port.role, port.name, port.bits))
  const connect = (name: string) =>
    Object.fromEntries(
      queue.ports.map((port) => [
        port.name,
        signal(port.role === 'input' ? 'wire' : 'instanceOutput', `${name}_${port.name}`, port.bits),
      ]),
    )
  const port = (name: string) => ports.find((one) => one.name === name) ?? signal('wire', name, 1)
  const first = connect('first')
  const second = connect('second')
  const of = (connections: typeof first, name: string) => connections[name] ?? signal('wire', name, 1)
  const count = signal('register', 'count', 16, { reset: 0 })
  const total = signal('output', 'total', 16)
  return ir.module('two_queues', {
    summary: 'Two queues in a row.',
    ports: [...ports, total],
    signals: [...Object.values(first), ...Object.values(second), count],
    instances: [ir.instance('first', queue, first), ir.instance('second', queue, second)],
    body: [
      assign(of(first, 'from_payload'), port('from_payload')),
      assign(of(first, 'from_valid'), op('and', port('from_valid'), op('not', op('all', slice(count, 0, 4))))),
      assign(port('from_ready'), of(first, 'from_ready')),
      assign(of(second, 'from_payload'), of(first, 'to_payload')),
      assign(of(second, 'from_valid'), of(first, 'to_valid')),
      assign(of(first, 'to_ready'), of(second, 'from_ready')),
      assign(port('to_payload'), of(second, 'to_payload')),
      assign(port('to_valid'), of(second, 'to_valid')),
      assign(of(second, 'to_ready'), port('to_ready')),
      whenChain([
        [op('and', port('from_valid'), of(first, 'from_ready')), [assign(count, op('add', count, literal(16, 1)))]],
      ]),
      assign(total, count),
    ],
  })
}
