/** A module of single-bit gates as a graph. */
import { evaluator } from './cone.ts'
import { type Graph, type Literal, not } from './graph.ts'
import { type IndexedModule, isMemory, isRegister, type NetBit, type NetCell } from './netlist.ts'

/** Where cones begin. */
export interface Leaves {
  readonly input: (name: string, index: number) => Literal
  readonly register: (wire: number) => Literal
  /** An output of an instance or a memory. */
  readonly cell: (cell: string, port: string, index: number) => Literal
  /** What nobody gives a value. */
  readonly unknown: (what: string) => Literal
}

/** A cell that is a function of its inputs, but none that is known here. */
export class UnknownGate extends Error {}

/** Gives the literal of any bit of the module, whose cells are yosys's gates. */
export const literals = (indexedModule: IndexedModule, graph: Graph, leaves: Leaves): ((bit: NetBit) => Literal) => {
  const { module } = indexedModule
  let unknowns = 0
  return evaluator(indexedModule, {
    constant: (bit) => (bit === '0' ? 0 : bit === '1' ? 1 : leaves.unknown(`constant ${unknowns++}`)),
    input: leaves.input,
    undriven: (wire) => leaves.unknown(indexedModule.names.get(wire)?.[0] ?? `wire ${wire}`),
    cut: (cell, port, index, wire) => {
      const { type } = module.cells[cell] as NetCell
      if (isRegister(type)) return leaves.register(wire)
      if (isMemory(type) || !type.startsWith('$')) return leaves.cell(cell, port, index)
      return undefined
    },
    compute: ({ type }, inputs) => {
      const pin = (name: string): Literal => inputs[name]![0]!
      const make = gates[type]
      if (make === undefined) throw new UnknownGate(`a cell ${type}`)
      return { Y: [make(graph, pin)] }
    },
  })
}

const gates: Readonly<Record<string, (graph: Graph, pin: (name: string) => Literal) => Literal>> = {
  $_BUF_: (_, pin) => pin('A'),
  $_NOT_: (_, pin) => not(pin('A')),
  $_AND_: ({ and }, pin) => and(pin('A'), pin('B')),
  $_NAND_: ({ and }, pin) => not(and(pin('A'), pin('B'))),
  $_ANDNOT_: ({ and }, pin) => and(pin('A'), not(pin('B'))),
  $_OR_: ({ or }, pin) => or(pin('A'), pin('B')),
  $_NOR_: ({ or }, pin) => not(or(pin('A'), pin('B'))),
  $_ORNOT_: ({ or }, pin) => or(pin('A'), not(pin('B'))),
  $_XOR_: ({ xor }, pin) => xor(pin('A'), pin('B')),
  $_XNOR_: ({ xor }, pin) => not(xor(pin('A'), pin('B'))),
  $_MUX_: ({ mux }, pin) => mux(pin('S'), pin('B'), pin('A')),
  $_NMUX_: ({ mux }, pin) => not(mux(pin('S'), pin('B'), pin('A'))),
}
