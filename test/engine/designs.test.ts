/** Whole designs: parts of the library, names of what can be watched, what the engine refuses. */
import binaryen from 'binaryen'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { elaborate, uint } from '#edsl'
import { compileWasm, EngineError } from '#engine'
import { fifo, roundRobin } from '#hdl/lib'
import {
  input,
  instance,
  module,
  output,
  probe,
  signal,
  wire,
  instanceOutput,
  design,
  register,
  assign,
  op,
  literal,
} from '../support/nodes.ts'
import { bench, type Bench } from './support.ts'

const reset = (made: Bench): Bench => {
  made.set('rst', 1)
  made.step(2)
  made.set('rst', 0)
  return made
}

test.each([1, 2, 5, 8])('a fifo of depth %i is a queue', (depth) => {
  const cycle = fc.record({
    payload: fc.bigInt({ min: 0n, max: (1n << 100n) - 1n }),
    offer: fc.boolean(),
    take: fc.boolean(),
  })
  const made = reset(bench(elaborate(fifo(uint(100), depth))))
  const queue: bigint[] = []

  for (const { payload, offer, take } of fc.sample(cycle, { seed: depth, numRuns: 400 })) {
    made.set('from_payload', payload)
    made.set('from_valid', offer)
    made.set('to_ready', take)
    const [ready, valid] = [made.get('from_ready') === 1n, made.get('to_valid') === 1n]
    expect({ ready, valid }).toEqual({ ready: queue.length < depth, valid: queue.length > 0 })
    if (valid) expect(made.get('to_payload')).toBe(queue[0])
    if (valid && take) queue.shift()
    if (ready && offer) queue.push(payload)
    expect(made.step()).toBe(1)
  }
})

test('round robin lets nobody wait longer than the others together', () => {
  const [n, cycles] = [5, 500]
  const made = reset(bench(elaborate(roundRobin(n))))
  const waits = Array.from({ length: n }, () => 0)
  made.set('accepted', 1)

  for (const request of fc.sample(fc.nat({ max: 2 ** n - 1 }), { seed: 1, numRuns: cycles })) {
    made.set('request', request)
    const grant = Number(made.get('grant'))
    expect(grant & request).toBe(grant)
    expect(grant !== 0).toBe(request !== 0)
    waits.forEach((wait, index) => {
      waits[index] = (request >> index) & 1 && !((grant >> index) & 1) ? wait + 1 : 0
    })
    expect(Math.max(...waits)).toBeLessThan(n)
    expect(made.step()).toBe(1)
  }
})

/** Two instances of a child with a wire, a register and a probe. */
const nested = () => {
  const [inside, held] = [wire('inside', 8, { fallback: op('not', input('value', 8)) }), register('held', 8)]
  const port = input('value', 8)
  const used = { ...inside, fallback: op('not', port) }
  const child = module('child', {
    ports: [port, output('result', 8, { fallback: held })],
    signals: [used, held],
    body: [assign(held, used)],
    probes: [probe('seen', literal(1, 1), used)],
  })
  const value = input('value', 8)
  const inner = [0, 1].map((index) => ({
    value: wire(`in_${index}`, 8, { fallback: op('add', value, literal(8, index)) }),
    result: instanceOutput(`out_${index}`, 8),
  }))
  return module('parent', {
    ports: [value, output('sum', 8, { fallback: op('add', inner[0]?.result ?? value, inner[1]?.result ?? value) })],
    signals: inner.flatMap((wires) => Object.values(wires)),
    instances: inner.map((wires, index) => instance(`child_${index}`, child, wires)),
  })
}

test('everything with a name can be watched', () => {
  const made = bench(nested(), { watch: 'named' })
  made.set('value', 5)

  const names = made.engine.signals.map(({ path }) => path.join('.'))

  expect(names).toEqual([
    ...['value', 'sum', 'in_0', 'out_0', 'in_1', 'out_1'],
    ...[0, 1].flatMap((index) =>
      ['value', 'result', 'inside', 'held', 'probe:seen'].map((name) => `child_${index}.${name}`),
    ),
  ])
  expect([made.get('child_1.inside'), made.get('child_1.probe:seen')]).toEqual([249n, 256n + 249n])
  made.step()
  expect([made.get('child_0.held'), made.get('child_1.held'), made.get('sum')]).toEqual([250n, 249n, 243n])
})

test('registers can be watched without being asked for, wires when they are', () => {
  const names = (watch?: readonly string[]): readonly string[] =>
    bench(nested(), watch === undefined ? {} : { watch }).engine.signals.map(({ path }) => path.join('.'))

  expect(names()).toEqual(['value', 'sum', 'child_0.held', 'child_1.held'])
  expect(names(['child_1.inside'])).toEqual(['value', 'sum', 'child_0.held', 'child_1.inside', 'child_1.held'])
  expect(() => names(['child_1.insid'])).toThrow('there is no signal `child_1.insid` to watch in parent')
})

test('engines of one compiled design do not know of each other', () => {
  const [first, second] = [reset(bench(elaborate(fifo(uint(8), 2)))), reset(bench(elaborate(fifo(uint(8), 2))))]
  first.set('from_valid', 1)

  first.step()
  second.step()

  expect([first.get('to_valid'), second.get('to_valid')]).toEqual([1n, 0n])
})

test('Verilog of others is refused, with what to do instead', () => {
  const external = { kind: 'external', verilogName: 'PLL', parameters: {}, files: [], pins: {} } as const
  const foreign = module('pll', { ports: [signal('input', 'a', 1)], external })
  const a = wire('a', 1, { fallback: literal(1, 0) })
  const top = module('top', { signals: [a], instances: [instance('clocks', foreign, { a })] })

  const compile = (): unknown => compileWasm(design(top))

  expect(compile).toThrow(EngineError)
  expect(compile).toThrow(
    [
      'SIM-0401: `clocks` is Verilog of others, which the wasm engine cannot run',
      'in: top > clocks',
      "help: run the design in Verilator: simulate(..., { engine: 'verilator' })",
      'help: or leave the instance out of what the wasm engine tests',
    ].join('\n'),
  )
})

test('another reader of WebAssembly accepts the modules', () => {
  const { binary } = compileWasm(elaborate(fifo(uint(100), 5)), { watch: 'named' })

  const read = binaryen.readBinary(binary)
  read.setFeatures(binaryen.Features.BulkMemory)

  expect(read.validate()).toBe(1)
  read.dispose()
})
