/** Which registers of two modules are the same one: those with a name in common. */
import { type IndexedModule, isRegister, type NetBit } from './netlist.ts'

/** A bit of a register, by the wire that carries it. */
interface RegisterBit {
  readonly wire: number
  readonly cell: string
  readonly index: number
}

/** What a bit of a register of A is in B. */
export type Match =
  | { readonly kind: 'register'; readonly name: string; readonly wire: number }
  /** It never changes in B. */
  | { readonly kind: 'constant'; readonly name: string; readonly value: '0' | '1' }

/** The registers of both, matched. */
export interface Matches {
  /** By wire of A. */
  readonly ofA: ReadonlyMap<number, Match>
  /** Canonical name by wire of B. */
  readonly ofB: ReadonlyMap<number, string>
}

/** The wires of a module that carry bits of registers. */
const registerBits = ({ module }: IndexedModule): readonly RegisterBit[] =>
  Object.entries(module.cells).flatMap(([cell, { type, connections }]) =>
    isRegister(type)
      ? (connections['Q'] ?? []).flatMap((bit: NetBit, index) =>
          typeof bit === 'number' ? [{ wire: bit, cell, index }] : [],
        )
      : [],
  )

export const matchRegisters = (a: IndexedModule, b: IndexedModule): Matches => {
  const inB = new Set(registerBits(b).map(({ wire }) => wire))
  const ofB = new Map<number, string>()
  const ofA = new Map<number, Match>()
  for (const { wire } of registerBits(a)) {
    for (const name of a.names.get(wire) ?? []) {
      const other = b.named.get(name)
      if (other === '0' || other === '1') ofA.set(wire, { kind: 'constant', name, value: other })
      if (typeof other !== 'number' || !inB.has(other)) continue
      const canonical = ofB.get(other) ?? name
      ofB.set(other, canonical)
      ofA.set(wire, { kind: 'register', name: canonical, wire: other })
      break
    }
  }
  return { ofA, ofB }
}
