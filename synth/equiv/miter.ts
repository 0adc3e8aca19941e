/** Two modules in one graph, from shared inputs, and what has to be the same in both. */
import { newGraph, type Graph, type Literal } from './graph.ts'
import { literals } from './gates.ts'
import { type Matches, matchRegisters } from './matches.ts'
import { type IndexedModule, isMemory, type NetBit, type NetCell } from './netlist.ts'

export type Side = 'a' | 'b'

/** Something that both modules have, with its value in each. */
export interface Obligation {
  /** `count[3]`, or `tile.store RD_ADDR[0]`. */
  readonly what: string
  /** An output of the module, an input of a cell at which it was cut, or the next value of a register. */
  readonly kind: 'output' | 'cell' | 'register'
  readonly a: Literal
  readonly b: Literal
}

/** Gives registers their values. */
export type RegisterValue = (side: Side, wire: number, graph: Graph) => Literal

export interface Miter {
  readonly graph: Graph
  readonly matches: Matches
  /** Nodes that are inputs of the graph, with their names. */
  readonly inputs: ReadonlyMap<number, string>
  /** Outputs and what goes into cells; grows while cones are looked at, until nothing new comes. */
  readonly obligations: () => readonly Obligation[]
  readonly value: Readonly<Record<Side, (bit: NetBit) => Literal>>
  /** Registers that were reached, in the order in which they were. */
  readonly registers: (side: Side) => ReadonlyMap<number, Literal>
  readonly module: Readonly<Record<Side, IndexedModule>>
  /** Whether cones end at instances or memories. */
  readonly isCut: () => boolean
  readonly newInput: (name: string) => Literal
}

/** Joins two modules of gates; `registerValue` says what a register's value is. */
export const miterOf = (a: IndexedModule, b: IndexedModule, registerValue: RegisterValue, wrap?: Wrap): Miter => {
  const graph = newGraph()
  const inputs = new Map<number, string>()
  const newInput = (name: string): Literal => {
    const literal = graph.input()
    inputs.set(literal >> 1, name)
    return literal
  }
  const shared = new Map<string, Literal>()
  const once = (key: string, make: () => Literal): Literal => {
    const known = shared.get(key)
    if (known !== undefined) return known
    const made = make()
    shared.set(key, made)
    return made
  }
  const matches = matchRegisters(a, b)
  const cells = new Set<string>()
  const reached: Record<Side, Map<number, Literal>> = { a: new Map(), b: new Map() }
  const inBoth = (cell: string): boolean => a.module.cells[cell]?.type === b.module.cells[cell]?.type
  const side = (which: Side, own: IndexedModule): ((bit: NetBit) => Literal) =>
    literals(own, graph, {
      input: (name, index) =>
        once(
          `input ${name} ${index}`,
          () => wrap?.(name, graph, () => newInput(`${name}[${index}]`)) ?? newInput(`${name}[${index}]`),
        ),
      register: (wire) => {
        const literal = registerValue(which, wire, graph)
        reached[which].set(wire, literal)
        return literal
      },
      cell: (cell, port, index) => {
        cells.add(cell)
        const name = inBoth(cell) ? `${cell} ${port}[${index}]` : `${which}: ${cell} ${port}[${index}]`
        return once(`cell ${name}`, () => newInput(name))
      },
      unknown: (what) => once(`unknown ${which} ${what}`, () => newInput(`${which}: unknown ${what}`)),
    })
  const value = { a: side('a', a), b: side('b', b) }

  const makeOutputs = (): readonly Obligation[] =>
    Object.entries(a.module.ports).flatMap(([port, { direction, bits }]) =>
      direction === 'input'
        ? []
        : bits.map((bit, index): Obligation => {
            const other = b.module.ports[port]!.bits[index]!
            return { what: `${port}[${index}]`, kind: 'output', a: value.a(bit), b: value.b(other) }
          }),
    )
  const ofCell = (name: string): readonly Obligation[] => {
    const [one, other] = [a.module.cells[name], b.module.cells[name]]
    if (one === undefined || other === undefined || !inBoth(name)) return []
    const same = isMemory(one.type) || !one.type.startsWith('$') ? sameParameters(one, other) : true
    const ports = Object.keys({ ...one.connections, ...other.connections })
    return [
      ...(same ? [] : [{ what: `${name}, what it is made with`, kind: 'cell', a: 0, b: 1 } as const]),
      ...ports
        .filter((port) => (one.port_directions[port] ?? other.port_directions[port]) !== 'output')
        .flatMap((port) => {
          const [first = [], second = []] = [one.connections[port], other.connections[port]]
          return Array.from({ length: Math.max(first.length, second.length) }, (_, index): Obligation => {
            const [x, y] = [first[index], second[index]]
            const what = `${name} ${port}[${index}]`
            // an input that is left open counts as 0, as it does in the cells of the libraries
            return {
              what,
              kind: 'cell',
              a: x === undefined ? 0 : value.a(open(x)),
              b: y === undefined ? 0 : value.b(open(y)),
            }
          })
        }),
    ]
  }
  let ofOutputs: readonly Obligation[] | undefined
  const done = new Map<string, readonly Obligation[]>()
  return {
    graph,
    matches,
    inputs,
    value,
    module: { a, b },
    registers: (which) => reached[which],
    isCut: () => cells.size > 0,
    newInput,
    obligations: () => {
      ofOutputs ??= makeOutputs()
      for (const cell of cells) if (!done.has(cell)) done.set(cell, ofCell(cell))
      return [...ofOutputs, ...[...done.values()].flat()]
    },
  }
}

/** Gives an input another value than a free one; undefined leaves it free. */
export type Wrap = (name: string, graph: Graph, free: () => Literal) => Literal | undefined

const open = (bit: NetBit): NetBit => (bit === 'x' || bit === 'z' ? '0' : bit)

const sameParameters = (one: NetCell, other: NetCell): boolean =>
  JSON.stringify(sorted(one.parameters)) === JSON.stringify(sorted(other.parameters))

const sorted = (parameters: NetCell['parameters']): readonly (readonly [string, string | number])[] =>
  Object.entries(parameters)
    .filter(([name]) => name !== 'MEMID')
    .sort(([x], [y]) => (x < y ? -1 : 1))
