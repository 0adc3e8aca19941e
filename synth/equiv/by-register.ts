/** The cheap proof: registers of the same name hold the same, and if they do now, they do after the next clock edge. */
import { type Answer, ask, type AskOptions } from './abc.ts'
import { aigerOf, type Graph, type Literal } from './graph.ts'
import { type Miter, miterOf, type Obligation, type Side } from './miter.ts'
import type { IndexedModule, NetBit, NetCell } from './netlist.ts'

/** What is left to show, as a disjunction: it is 1 when anything differs. */
export const anyDifference = ({ or, xor }: Graph, obligations: readonly Obligation[]): Literal =>
  obligations.reduce((all, { a, b }) => or(all, xor(a, b)), 0)

/**
 * Proves two modules of gates equivalent by comparing outputs, what goes into the cells at which they are cut, and next values
 * of registers, given that registers with a name in common are the same now. Clocks, resets and kinds of registers have to be
 * the same.
 *
 * A difference that this finds may be of values that never come together: then nothing is known.
 */
export const provedByRegister = async (a: IndexedModule, b: IndexedModule, options: AskOptions): Promise<Answer> => {
  const leaves = new Map<string, Literal>()
  const leaf = (key: string, make: () => Literal): Literal => {
    const known = leaves.get(key)
    if (known !== undefined) return known
    const made = make()
    leaves.set(key, made)
    return made
  }
  const miter: Miter = miterOf(a, b, (side, wire) => {
    const match = side === 'a' ? miter.matches.ofA.get(wire) : undefined
    if (match?.kind === 'constant') return match.value === '1' ? 1 : 0
    const key = side === 'b' ? `b ${wire}` : match === undefined ? `a ${wire}` : `b ${match.wire}`
    return leaf(key, () => miter.newInput(key))
  })
  const shown = new Map<number, readonly Obligation[]>()
  const all = (): readonly Obligation[] => {
    let obligations = miter.obligations()
    for (let before = -1; before !== shown.size + obligations.length;) {
      before = shown.size + obligations.length
      for (const wire of miter.registers('a').keys()) if (!shown.has(wire)) shown.set(wire, nextOf(miter, wire))
      // what is read in B alone, of a register that A has, too
      for (const wire of miter.registers('b').keys())
        for (const own of partnersOf(miter, wire)) if (!shown.has(own)) shown.set(own, nextOf(miter, own))
      obligations = miter.obligations()
    }
    return [...obligations, ...[...shown.values()].flat()]
  }
  const open = all().filter((each) => each.a !== each.b)
  if (open.length === 0) return { kind: 'never' }
  const bad = anyDifference(miter.graph, open)
  if (bad === 0) return { kind: 'never' }
  if (bad === 1) return { kind: 'unknown', why: `${open[0]!.what} differs` }
  const inputs = [...miter.inputs.keys()]
  const graph = aigerOf(miter.graph, inputs, [], bad)
  const answer = await ask(graph, `strash; ifraig; dc2; pdr -T ${options.seconds}`, inputs.length, options)
  if (answer.kind !== 'reached') return answer
  return {
    kind: 'unknown',
    why: `${open.length} of its outputs and registers are not the same for all values of registers`,
  }
}

const partners = new WeakMap<Miter, ReadonlyMap<number, readonly number[]>>()

/** Wires of A whose register is that one of B. */
const partnersOf = (miter: Miter, wire: number): readonly number[] => {
  let known = partners.get(miter)
  if (known === undefined) {
    const found = new Map<number, number[]>()
    for (const [own, match] of miter.matches.ofA)
      if (match.kind === 'register') found.set(match.wire, [...(found.get(match.wire) ?? []), own])
    known = found
    partners.set(miter, found)
  }
  return known.get(wire) ?? []
}

/** That a register of A and its match in B stay the same. */
const nextOf = (miter: Miter, wire: number): readonly Obligation[] => {
  const match = miter.matches.ofA.get(wire)
  if (match === undefined) return []
  const own = registerAt(miter, 'a', wire)
  const failed = (why: string): readonly Obligation[] => [
    { what: `${match.name}: ${why}`, kind: 'register', a: 0, b: 1 },
  ]
  if (match.kind === 'constant') {
    const { cell } = own
    const [d] = cell.connections['D'] as readonly [NetBit]
    const resets = /[NP]([01])[NP]?_$/.exec(cell.type)
    if (own.initial !== undefined && own.initial !== match.value) return failed('first values')
    if (resets !== null && resets[1] !== match.value) return failed('values in reset')
    return [{ what: match.name, kind: 'register', a: miter.value.a(d), b: match.value === '1' ? 1 : 0 }]
  }
  const other = registerAt(miter, 'b', match.wire)
  if (own.cell.type !== other.cell.type) return failed(`${own.cell.type} and ${other.cell.type}`)
  if (own.initial !== undefined && own.initial !== other.initial) return failed('first values')
  return Object.entries(own.cell.connections)
    .filter(([port]) => own.cell.port_directions[port] !== 'output')
    .map(([port, bits]) => ({
      what: port === 'D' ? match.name : `${match.name}: ${port}`,
      kind: 'register',
      a: miter.value.a(bits[0]!),
      b: miter.value.b(other.cell.connections[port]![0]!),
    }))
}

/** The register behind a wire, and what it begins with. */
export const registerAt = (
  miter: Miter,
  side: Side,
  wire: number,
): { readonly cell: NetCell; readonly name: string; readonly initial: '0' | '1' | undefined } => {
  const { module, drivers, names, initial } = miter.module[side]
  const driver = drivers.get(wire)!
  const own = names.get(wire) ?? []
  return {
    cell: module.cells[driver.cell] as NetCell,
    name: own[0] ?? driver.cell,
    initial: own.map((name) => initial.get(name)).find((value) => value !== undefined),
  }
}
