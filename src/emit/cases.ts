/** Names for the codes of signals that have cases, as constants of the module. */
import type { Signal } from '#ir'
import { constantName, type Names } from './names.ts'
import type { LocalParameter } from './verilog-tree.ts'

export interface CaseNames {
  /** The constant that stands for `value` of `signal`, if its cases have one. */
  readonly nameOf: (signal: Signal, value: bigint) => string | undefined
  /** The constants that were asked for. */
  readonly used: () => readonly LocalParameter[]
}

interface Group {
  readonly signals: Signal[]
  readonly bits: number
  readonly cases: readonly (readonly [name: string, code: number])[]
  readonly constants: Map<bigint, LocalParameter>
}

/** Signals with the same cases share the constants. */
export const createCaseNames = (
  signals: readonly Signal[],
  names: Names,
  spelling: (signal: Signal) => string,
): CaseNames => {
  const groups = new Map<string, Group>()
  const groupOf = new Map<Signal, Group>()
  for (const signal of signals) {
    if (signal.cases === undefined) continue
    const cases = Object.entries(signal.cases)
    const key = `${signal.bits} ${JSON.stringify(cases)}`
    const group: Group = groups.get(key) ?? { signals: [], bits: signal.bits, cases, constants: new Map() }
    group.signals.push(signal)
    groups.set(key, group)
    groupOf.set(signal, group)
  }

  const nameOf = (signal: Signal, value: bigint): string | undefined => {
    const group = groupOf.get(signal)
    const found = group?.cases.find(([, code]) => BigInt(code) === value)
    if (group === undefined || found === undefined) return undefined
    const known = group.constants.get(value)
    if (known !== undefined) return known.name
    const prefix = constantName(commonEnd(group.signals.map(spelling)))
    const name = names.take(`${prefix}_${constantName(found[0])}`)
    group.constants.set(value, { kind: 'localParameter', name, bits: group.bits, value })
    return name
  }

  const used = (): readonly LocalParameter[] =>
    [...groups.values()].flatMap(({ cases, constants }) =>
      cases.flatMap(([, code]) => {
        const constant = constants.get(BigInt(code))
        return constant === undefined ? [] : [constant]
      }),
    )

  return { nameOf, used }
}

/** The words at the end of all names: `op` of `held_op` and `request_payload_op`; without any, the first name. */
const commonEnd = (names: readonly string[]): string => {
  const [first = '', ...others] = names
  const words = first.split('_')
  for (let from = 0; from < words.length; from++) {
    const end = words.slice(from).join('_')
    if (end !== '' && others.every((name) => name === end || name.endsWith(`_${end}`))) return end
  }
  return first
}
