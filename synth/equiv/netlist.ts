/** Netlists as yosys writes them in JSON, and who drives what in them. */

/** A wire by its number, or a constant. */
export type NetBit = number | '0' | '1' | 'x' | 'z'

export interface NetCell {
  readonly type: string
  readonly parameters: Readonly<Record<string, string | number>>
  readonly port_directions: Readonly<Record<string, 'input' | 'output' | 'inout'>>
  readonly connections: Readonly<Record<string, readonly NetBit[]>>
}

export interface NetModule {
  readonly attributes: Readonly<Record<string, string | number>>
  readonly ports: Readonly<
    Record<string, { readonly direction: 'input' | 'output' | 'inout'; readonly bits: readonly NetBit[] }>
  >
  readonly cells: Readonly<Record<string, NetCell>>
  readonly netnames: Readonly<
    Record<
      string,
      {
        readonly hide_name: 0 | 1
        readonly bits: readonly NetBit[]
        readonly attributes: Readonly<Record<string, string | number>>
      }
    >
  >
}

/** All modules of a netlist by name. */
export interface Netlist {
  readonly modules: Readonly<Record<string, NetModule>>
}

/** Where a wire gets its value: a bit of an output of a cell. */
interface Driver {
  readonly cell: string
  readonly port: string
  readonly index: number
}

/** A module with what has to be looked up in it. */
export interface IndexedModule {
  readonly name: string
  readonly module: NetModule
  readonly drivers: ReadonlyMap<number, Driver>
  /** Inputs of the module by wire: `enable`, bit 0. */
  readonly inputs: ReadonlyMap<number, { readonly name: string; readonly index: number }>
  /** Names that somebody gave to a wire, as `name[3]`. */
  readonly names: ReadonlyMap<number, readonly string[]>
  /** Wires and constants by such a name. */
  readonly named: ReadonlyMap<string, NetBit>
  /** First values, by such a name. */
  readonly initial: ReadonlyMap<string, '0' | '1'>
}

/** Looks everything up. */
export const indexed = (name: string, module: NetModule): IndexedModule => {
  const drivers = new Map<number, Driver>()
  for (const [cell, { connections, port_directions: directions }] of Object.entries(module.cells))
    for (const [port, bits] of Object.entries(connections))
      if (directions[port] === 'output')
        bits.forEach((bit, index) => {
          if (typeof bit === 'number') drivers.set(bit, { cell, port, index })
        })
  const inputs = new Map<number, { name: string; index: number }>()
  for (const [port, { direction, bits }] of Object.entries(module.ports))
    if (direction !== 'output')
      bits.forEach((bit, index) => {
        if (typeof bit === 'number') inputs.set(bit, { name: port, index })
      })
  const names = new Map<number, string[]>()
  const named = new Map<string, NetBit>()
  const initial = new Map<string, '0' | '1'>()
  for (const [net, { hide_name: hidden, bits, attributes }] of Object.entries(module.netnames)) {
    if (hidden === 1) continue
    const first = typeof attributes['init'] === 'string' ? attributes['init'] : ''
    bits.forEach((bit, index) => {
      const own = `${net}[${index}]`
      named.set(own, bit)
      const value = first.at(-1 - index)
      if (value === '0' || value === '1') initial.set(own, value)
      if (typeof bit !== 'number') return
      const known = names.get(bit)
      if (known === undefined) names.set(bit, [own])
      else known.push(own)
    })
  }
  return { name, module, drivers, inputs, names, named, initial }
}

/** Registers of one bit or more: what keeps a value from one clock edge to the next. */
export const isRegister = (type: string): boolean =>
  /^\$_?(?:a|s|al)?(?:dff|ff|sr|dlatch)|^\$_(?:DFF|SDFF|ALDFF|FF|SR|DLATCH)/.test(type)

/** Cells with contents that are compared by what goes into them only. */
export const isMemory = (type: string): boolean => /^\$mem/.test(type)
