/** Whether two modules are built alike: the same cells in the same places, whatever their wires are called. */
import { CombinationalLoop, evaluator } from './cone.ts'
import { matchRegisters, type Matches } from './matches.ts'
import { type IndexedModule, isMemory, isRegister, type NetBit, type NetCell } from './netlist.ts'

/**
 * True when all outputs, all that instances and memories are given and all next values of registers come from the same cells
 * in both. Registers, memories and instances are those of the same name.
 */
export const builtAlike = (a: IndexedModule, b: IndexedModule): boolean => {
  const numbers = new Map<string, number>()
  const numberOf = (text: string): number => {
    const known = numbers.get(text)
    if (known !== undefined) return known
    numbers.set(text, numbers.size)
    return numbers.size - 1
  }
  const matches = matchRegisters(a, b)
  try {
    const [left, right] = [signature(a, 'a', matches, numberOf), signature(b, 'b', matches, numberOf)]
    const outputs = Object.entries(a.module.ports).filter(([, { direction }]) => direction !== 'input')
    const sameOutputs = outputs.every(([port, { bits }]) => {
      const others = b.module.ports[port]?.bits ?? []
      return bits.length === others.length && bits.every((bit, at) => left.value(bit) === right.value(others[at]!))
    })
    if (!sameOutputs) return false
    // what the outputs depend on depends on more: until nothing new comes
    const done = new Set<string>()
    for (let open = [...left.reached]; open.length > 0; open = [...left.reached].filter((one) => !done.has(one)))
      for (const one of open) {
        done.add(one)
        if (left.state(one) !== right.state(one)) return false
      }
    return true
  } catch (reason) {
    // a bus whose bits depend on each other; its bits have to be looked at one by one
    if (reason instanceof CombinationalLoop) return false
    throw reason
  }
}

interface Signature {
  readonly value: (bit: NetBit) => number
  /** What is behind the cuts that were reached. */
  readonly reached: ReadonlySet<string>
  /** What goes into something reached. */
  readonly state: (reached: string) => number | undefined
}

const isComputed = (type: string): boolean => type.startsWith('$') && !isRegister(type) && !isMemory(type)

const signature = (
  indexedModule: IndexedModule,
  side: 'a' | 'b',
  matches: Matches,
  numberOf: (text: string) => number,
): Signature => {
  const { module } = indexedModule
  const reached = new Set<string>()
  const registers = new Map<string, NetBit>()
  const canonical = (wire: number): string | undefined => {
    const match = matches.ofA.get(wire)
    if (side === 'b') return matches.ofB.get(wire)
    return match?.kind === 'register' ? match.name : undefined
  }
  const value = evaluator(indexedModule, {
    constant: (bit) => numberOf(`constant ${bit}`),
    input: (name, index) => numberOf(`input ${name} ${index}`),
    undriven: () => numberOf('undriven'),
    cut: (cell, port, index, wire) => {
      const { type } = module.cells[cell] as NetCell
      if (isComputed(type)) return undefined
      if (isRegister(type)) {
        const name = canonical(wire)
        const shared = name !== undefined && (registers.get(`register ${name}`) ?? wire) !== wire
        // two that are one in the other module are for the proof
        const key = name === undefined || shared ? `of ${side} alone: ${cell} ${index}` : `register ${name}`
        reached.add(key)
        registers.set(key, wire)
        return numberOf(key)
      }
      reached.add(`cell ${cell}`)
      return numberOf(`cell ${cell} ${port} ${index}`)
    },
    compute: (cell, inputs) => {
      const own = numberOf(textOf(cell, inputs))
      return Object.fromEntries(
        Object.entries(cell.connections)
          .filter(([port]) => cell.port_directions[port] === 'output')
          .map(([port, bits]) => [port, bits.map((_, index) => numberOf(`${own} ${port} ${index}`))]),
      )
    },
  })
  const wires = new Map<string, number>()
  for (const [wire, name] of matches.ofB) if (side === 'b') wires.set(`register ${name}`, wire)

  const textOf = (cell: NetCell, inputs: Readonly<Record<string, readonly number[]>>): string =>
    `${cell.type} ${JSON.stringify(parametersOf(cell))} ${JSON.stringify(Object.entries(inputs).sort(([x], [y]) => (x < y ? -1 : 1)))}`

  const state = (key: string): number | undefined => {
    if (key.startsWith('cell ')) {
      const cell = module.cells[key.slice('cell '.length)]
      if (cell === undefined) return undefined
      const ins = Object.entries(cell.connections).filter(([port]) => cell.port_directions[port] !== 'output')
      return numberOf(textOf(cell, Object.fromEntries(ins.map(([port, bits]) => [port, bits.map(value)]))))
    }
    const wire = registers.get(key) ?? wires.get(key)
    const driver = typeof wire === 'number' ? indexedModule.drivers.get(wire) : undefined
    if (driver === undefined) return undefined
    const cell = module.cells[driver.cell] as NetCell
    const single = (port: string, bits: readonly NetBit[]): readonly NetBit[] =>
      /^(D|AD|SET|CLR)$/.test(port) ? [bits[driver.index]!] : bits
    const ins = Object.entries(cell.connections).filter(([port]) => cell.port_directions[port] !== 'output')
    const initial = [...(indexedModule.names.get(wire as number) ?? [])].map((name) => indexedModule.initial.get(name))
    return numberOf(
      [
        cell.type,
        JSON.stringify(bitParametersOf(cell, driver.index)),
        initial.find((first) => first !== undefined) ?? '-',
        JSON.stringify(ins.map(([port, bits]) => [port, single(port, bits).map(value)])),
      ].join(' '),
    )
  }
  return { value, reached, state }
}

/** What a cell is made with; the name of a memory says nothing. */
const parametersOf = (cell: NetCell): readonly (readonly [string, string | number])[] =>
  Object.entries(cell.parameters)
    .filter(([name]) => name !== 'MEMID')
    .sort(([x], [y]) => (x < y ? -1 : 1))

/** What a bit of a register is made with: its own bit of values that have one for each. */
const bitParametersOf = (cell: NetCell, index: number): readonly (readonly [string, string | number])[] =>
  parametersOf(cell)
    .filter(([name]) => name !== 'WIDTH')
    .map(([name, value]) => [name, /_VALUE$/.test(name) ? String(value).at(-1 - index)! : value] as const)
