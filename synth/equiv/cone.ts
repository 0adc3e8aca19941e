/** Values of the wires of a module, from its cuts on: cells in the order of what depends on what. */
import type { IndexedModule, NetBit, NetCell } from './netlist.ts'

/** How a module is evaluated: numbers stand for values, whatever they mean to the caller. */
export interface Evaluation {
  readonly constant: (bit: '0' | '1' | 'x' | 'z') => number
  readonly input: (name: string, index: number) => number
  /** The value of an output of a cell at which cones end; undefined for a cell that is computed. */
  readonly cut: (cell: string, port: string, index: number, wire: number) => number | undefined
  readonly compute: (
    cell: NetCell,
    inputs: Readonly<Record<string, readonly number[]>>,
  ) => Readonly<Record<string, readonly number[]>>
  /** A wire that nothing drives. */
  readonly undriven: (wire: number) => number
}

/** A wire that depends on itself without a register. */
export class CombinationalLoop extends Error {}

/** Gives the value of any bit of the module. */
export const evaluator = (
  { module, drivers, inputs, name }: IndexedModule,
  how: Evaluation,
): ((bit: NetBit) => number) => {
  const known = new Map<number, number>()
  const open = new Set<string>()

  /** Value of a wire that needs no other wire. */
  const direct = (bit: NetBit): number | undefined => {
    if (typeof bit !== 'number') return how.constant(bit)
    const found = known.get(bit)
    if (found !== undefined) return found
    const input = inputs.get(bit)
    const driver = drivers.get(bit)
    const value =
      input !== undefined
        ? how.input(input.name, input.index)
        : driver === undefined
          ? how.undriven(bit)
          : how.cut(driver.cell, driver.port, driver.index, bit)
    if (value !== undefined) known.set(bit, value)
    return value
  }

  return (wanted) => {
    const first = direct(wanted)
    if (first !== undefined) return first
    const waiting = [wanted as number]
    for (let wire = waiting.at(-1); wire !== undefined; wire = waiting.at(-1)) {
      if (known.has(wire)) {
        waiting.pop()
        continue
      }
      const driver = drivers.get(wire) as { cell: string }
      const cell = module.cells[driver.cell] as NetCell
      const ins = Object.entries(cell.connections).filter(([port]) => cell.port_directions[port] !== 'output')
      const missing = new Set<number>()
      for (const [, bits] of ins) for (const bit of bits) if (direct(bit) === undefined) missing.add(bit as number)
      if (missing.size > 0) {
        if (open.has(driver.cell))
          throw new CombinationalLoop(`a combinational loop in ${name}, through ${driver.cell}`)
        open.add(driver.cell)
        waiting.push(...missing)
        continue
      }
      const given = Object.fromEntries(ins.map(([port, bits]) => [port, bits.map((bit) => direct(bit) as number)]))
      for (const [port, values] of Object.entries(how.compute(cell, given)))
        values.forEach((value, index) => {
          const bit = cell.connections[port]?.[index]
          if (typeof bit === 'number') known.set(bit, value)
        })
      open.delete(driver.cell)
      waiting.pop()
    }
    return known.get(wanted as number) as number
  }
}
