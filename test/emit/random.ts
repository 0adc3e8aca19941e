/**
 * Random well-typed modules, node by node, also of nodes that the language does not make: every operator, every kind of
 * statement, shared expressions, memories, instances. Designs of the language: test/support/agreement.
 */
import * as fc from 'fast-check'
import type { Domain, Expression, Memory, Module, Operator, Property, ReadPort, Signal, Statement } from '#ir'
import * as ir from '../support/nodes.ts'

type Draw = fc.GeneratorValue

const widths = [1, 1, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 80]

/**
 * A module named `name` with the domains `main` and `other`; `children` may be used inside of it. Memories have 2**n words,
 * and all writes to one come from the same clock.
 */
export const randomModule = (name: string, children: readonly Module[] = []): fc.Arbitrary<Module> =>
  fc.gen().map((draw) => buildModule(draw, name, children))

const buildModule = (draw: Draw, name: string, children: readonly Module[]): Module => {
  const upTo = (max: number): number => draw(fc.nat, { max })
  const pick = <Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item => {
    const item = items[upTo(items.length - 1)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  const times = <Made>(most: number, make: (index: number) => Made): readonly Made[] =>
    Array.from({ length: upTo(most) }, (_, index) => make(index))
  const value = (bits: number): bigint => {
    const kind = upTo(4)
    if (kind === 0) return 0n
    if (kind === 1) return (1n << BigInt(bits)) - 1n
    if (kind === 2) return 1n
    return draw(fc.bigInt, { min: 0n, max: (1n << BigInt(bits)) - 1n })
  }
  const width = (): number => pick(widths)
  const other = ir.domain('other', pick(['synchronous', 'asynchronous', 'none'] as const))
  const anyDomain = (): Domain => pick([ir.mainDomain, ir.mainDomain, other])
  const caseCodes = { idle: 0, running: 1, lastWord: 2 }

  const inputs = Array.from({ length: 2 + upTo(4) }, (_, index) => {
    if (index === 1) return ir.signal('input', 'mode', 2, { cases: caseCodes })
    return ir.signal('input', `in_${index}`, width())
  })
  const registers = times(5, (index) => {
    const bits = index === 0 ? 2 : width()
    const cases = index === 0 ? caseCodes : undefined
    const reset = index === 0 ? 0 : upTo(2) === 0 ? undefined : value(bits)
    return ir.signal('register', index === 0 ? 'state' : `register_${index}`, bits, {
      ...{ reset, cases },
      domain: anyDomain(),
    })
  })
  const memories = times(2, (index): Memory => {
    const bits = pick([1, 4, 8, 12, 32, 72])
    const read = index === 0 ? 'now' : pick(['now', 'next'] as const)
    const depth = pick([1, 2, 4, 8, 16])
    const contents = upTo(2)
    const initial = contents === 0 ? undefined : contents === 1 ? value(bits) : times(depth, () => value(bits))
    return ir.memory(`memory_${index}`, bits, depth, { read, initial, style: pick(['auto', 'auto', 'distributed']) })
  })
  const writers = new Map(memories.map((memory) => [memory, anyDomain()]))
  const writerOf = (memory: Memory): Domain => writers.get(memory) ?? ir.mainDomain
  const readable: Signal[] = [...inputs, ...registers]
  const pool: Expression[] = []

  const resized = (from: Expression, bits: number): Expression => {
    if (from.bits === bits) return from
    if (from.bits > bits) return ir.slice(from, upTo(from.bits - bits), bits)
    return ir.op(
      'cat',
      pick([ir.literal(bits - from.bits, 0), ir.literal(bits - from.bits, value(bits - from.bits))]),
      from,
    )
  }
  const leaf = (bits: number): Expression => {
    const fitting = readable.filter((signal) => signal.bits === bits)
    const kind = upTo(9)
    if (kind === 0) return ir.literal(bits, value(bits))
    if (kind < 6 && fitting.length > 0) return pick(fitting)
    return resized(pick(readable), bits)
  }

  const expression = (bits: number, depth: number): Expression => {
    if (pool.length > 0 && upTo(4) === 0) return resized(pick(pool), bits)
    if (depth === 0 || upTo(5) === 0) return leaf(bits)
    const made = operation(bits, depth - 1)
    const bound = upTo(3) === 0 ? ir.named(pick(['sum', 'hit', 'next', 'while', 'in_0', 'a value']), made) : made
    if (upTo(2) === 0) pool.push(bound)
    return bound
  }
  const operation = (bits: number, depth: number): Expression => {
    const kind = upTo(bits === 1 ? 13 : 10)
    switch (kind) {
      case 0:
      case 1: {
        const operator = pick<Operator>(['add', 'sub', 'mul', 'and', 'or', 'xor'])
        return ir.op(operator, expression(bits, depth), expression(bits, depth))
      }
      case 2:
        return ir.op('not', expression(bits, depth))
      case 3: {
        const amount = expression(pick([1, 2, 3, 5, 7, 33, 40]), depth)
        return ir.op(pick<Operator>(['shiftLeft', 'shiftRight', 'shiftRightSigned']), expression(bits, depth), amount)
      }
      case 4: {
        if (bits === 1) return ir.op('cat', expression(1, depth))
        const split = 1 + upTo(bits - 2)
        return ir.op('cat', expression(split, depth), expression(bits - split, depth))
      }
      case 5:
        return ir.op('mux', expression(1, depth), expression(bits, depth), expression(bits, depth))
      case 6: {
        const lsb = upTo(5)
        return ir.slice(expression(bits + lsb + upTo(3), depth), lsb, bits)
      }
      case 7: {
        const count = pick([1, 2, 3, 4, 5, 8])
        return ir.select(expression(bits * count, depth), expression(pick([1, 2, 3, 4, 8]), depth), bits)
      }
      case 8: {
        const now = memories.filter(({ read }) => read === 'now')
        if (now.length === 0) return leaf(bits)
        return resized(ir.read(pick(now), expression(pick([1, 2, 3, 4, 6]), depth)), bits)
      }
      case 9: {
        const bit = expression(1, 0)
        return bits > 8 ? leaf(bits) : ir.op('cat', ...Array.from({ length: bits }, () => bit))
      }
      case 10: {
        const narrow = 1 + upTo(bits - 1)
        return ir.operation('signExtend', [expression(narrow, depth)], bits, ir.at(1))
      }
      case 11:
        return ir.op(pick<Operator>(['any', 'all', 'parity']), expression(width(), depth))
      default: {
        const operands = width()
        const operator = pick<Operator>([
          ...(['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const),
          ...(['ltSigned', 'leSigned', 'gtSigned', 'geSigned'] as const),
        ])
        return ir.op(operator, expression(operands, depth), expression(operands, depth))
      }
    }
  }
  const anything = (bits: number): Expression => expression(bits, upTo(4))

  const body: Statement[] = []
  const statement = (targets: readonly (Signal | Memory)[], depth: number): Statement => {
    const block = (): readonly Statement[] => times(3, () => statement(targets, depth - 1))
    const kind = depth === 0 ? 0 : upTo(5)
    if (kind === 4) {
      const branches = Array.from({ length: 1 + upTo(3) }, () => [anything(1), block()] as const)
      return ir.whenChain(branches, upTo(1) === 0 ? block() : undefined)
    }
    if (kind === 5) {
      const subject = pick([pick(inputs), ...registers.slice(0, 1), anything(1), anything(3)])
      const narrow = resized(subject, Math.min(subject.bits, 3))
      const codes = [0, 1, 2, 3, 4, 5, 6, 7].filter((code) => code < 2 ** narrow.bits && upTo(2) > 0)
      return ir.matchCodes(
        narrow,
        codes.map((code) => [`case${code}`, code, block()] as const),
      )
    }
    const target = pick(targets)
    if (target.kind === 'signal') {
      const literal = ir.literal(target.bits, target.cases === undefined ? value(target.bits) : upTo(3))
      return ir.assign(target, upTo(4) === 0 ? literal : anything(target.bits))
    }
    const groups = [1, 2, 4].filter((count) => target.bits % count === 0)
    const enables = upTo(1) === 0 ? anything(pick(groups)) : undefined
    return ir.write(target, anything(pick([1, 3, 4, 6])), anything(target.bits), enables, { domain: writerOf(target) })
  }

  const instances = children.slice(0, upTo(2)).map((child, index) => {
    const connections = Object.fromEntries(
      child.ports.map((port) => {
        const role = port.role === 'input' ? 'wire' : 'instanceOutput'
        return [port.name, ir.signal(role, `child_${index}_${port.name}`, port.bits)]
      }),
    )
    for (const wire of Object.values(connections))
      if (wire.role === 'wire') body.push(ir.assign(wire, anything(wire.bits)))
    return ir.instance(`child_${index}`, child, connections, 1, { main: anyDomain(), other: anyDomain() })
  })
  const instanceWires = instances.flatMap(({ connections }) => Object.values(connections))
  readable.push(...instanceWires.filter(({ role }) => role === 'instanceOutput'))

  const readPorts: ReadPort[] = memories.flatMap((memory, index) => {
    if (memory.read === 'now') return []
    return Array.from({ length: 1 + upTo(1) }, (_, number) => {
      // what a read sees of a write of another clock is not defined while both have an edge
      const domain = writerOf(memory)
      const output = ir.signal('memoryOutput', `memory_output_${index}_${number}`, memory.bits, { domain })
      const enable = upTo(1) === 0 ? anything(1) : undefined
      const port = ir.readPort(memory, anything(3), output, enable, {
        domain,
        during: pick(['old', 'new', 'new', 'never']),
      })
      readable.push(output)
      return port
    })
  })

  const wires: Signal[] = []
  const stateful = [...registers, ...memories]
  const driven = [
    ...times(4, (index) => ['wire', `wire_${index}`] as const),
    ['output', 'out_0'],
    ['output', 'out_1'],
  ] as const
  for (const [role, wireName] of driven) {
    const bits = width()
    const wire = ir.signal(role, wireName, bits, { fallback: anything(bits) })
    if (upTo(2) === 0) body.push(ir.assign(wire, anything(bits)))
    for (let count = upTo(3); count > 0; count--) body.push(statement([wire, ...stateful], 3))
    // a pooled expression never reads a wire that is younger than itself
    readable.push(wire)
    wires.push(wire)
  }
  if (stateful.length > 0) for (let count = upTo(4); count > 0; count--) body.push(statement(stateful, 3))

  const before = times(2, (index) => ir.register(`before_${index}`, width(), { ghost: true, domain: anyDomain() }))
  for (const ghost of before) body.push(ir.assign(ghost, anything(ghost.bits)))
  const properties = times(3, (): Property => {
    const looksBack = before.flatMap((ghost) => ir.op('parity', ghost))
    const fact = upTo(1) === 0 && looksBack.length > 0 ? ir.op('xor', pick(looksBack), anything(1)) : anything(1)
    return ir.property(pick(['assert', 'assume', 'cover']), 'holds "100 %"', fact, { domain: anyDomain() })
  })

  return ir.module(name, {
    domains: [ir.mainDomain, other],
    summary: 'Nothing in particular.',
    ports: [...inputs, ...wires.filter(({ role }) => role === 'output')],
    signals: [
      ...registers,
      ...wires.filter(({ role }) => role === 'wire'),
      ...instanceWires,
      ...readPorts.map(({ output }) => output),
      ...before,
    ],
    memories,
    readPorts,
    instances,
    body,
    probes: upTo(2) === 0 ? [ir.probe('seen', anything(1), anything(width()))] : [],
    properties,
  })
}
