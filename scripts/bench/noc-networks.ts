/** The networks of the benchmark: compiled once each. */
import { domain } from '#edsl'
import { meshSystem, type NetworkChoice, type NetworkDescription, starmesh2x2x3 } from '#topology'
import { type Carried, hardware } from '../../test/support/noc.ts'
import type { Row } from './row.ts'

/** What is measured, and how long. */
export interface NocSettings {
  readonly seeds: readonly number[]
  readonly warmUp: number
  readonly cycles: number
  /** Cycles of the request and answer load: past the last deadlock of the reference, at cycle 43,653. */
  readonly closedCycles: number
  readonly onProgress: (text: string) => void
  /** Packets of all loads, and what was wrong with them. */
  readonly seen: { packets: number; readonly faults: string[] }
}

const known = new Map<string, Carried>()

/** The reference system, or a mesh with one module at every router. */
export type Shape = '2x2x3' | '4x4' | '8x8'

const described = (shape: Shape): NetworkDescription => {
  if (shape === '2x2x3') return starmesh2x2x3
  const side = shape === '4x4' ? 4 : 8
  // Equal modules without a host: nobody could read the registers of routers.
  return { ...meshSystem({ columns: side, rows: side }), network: { counters: false } }
}

/** The description of a network with these choices; two classes unless they say otherwise. */
export const systemOf = (shape: Shape, choice: NetworkChoice = {}): NetworkDescription => {
  const system = described(shape)
  return { ...system, network: { ...system.network, ...choice } }
}

/** Its hardware in the WebAssembly engine. */
export const networkOf = (shape: Shape, choice: NetworkChoice, { onProgress }: NocSettings): Carried => {
  const key = JSON.stringify([shape, choice])
  const before = known.get(key)
  if (before !== undefined) return before
  onProgress(`building ${shape} ${JSON.stringify(choice)}`)
  const made = hardware(systemOf(shape, choice))
  known.set(key, made)
  return made
}

/** The reference system with every module in a clock domain of its own kind, beside that of the network. */
export const crossedNetwork = ({ onProgress }: NocSettings): Carried => {
  onProgress('building 2x2x3 with clock crossings at all modules')
  const system = systemOf('2x2x3')
  const tiles = domain('tiles')
  return hardware(system, { clocks: Object.fromEntries(system.modules.map(({ name }) => [name, tiles])) })
}

/** Two virtual channels with 4 flits each, or four; two rounds of allocation. */
export const variants = {
  plain: {},
  shallow: { depth: 4 },
  twoVcs: { vcsPerClass: 2, depth: 4, rounds: 2 },
  twoDeepVcs: { vcsPerClass: 2, rounds: 2 },
  age: { arbitration: 'age' },
  twoVcsAge: { vcsPerClass: 2, depth: 4, rounds: 2, arbitration: 'age' },
  fourVcsAge: { vcsPerClass: 4, depth: 4, rounds: 2, arbitration: 'age' },
  roundRobin: { arbitration: 'roundRobin' },
} as const satisfies Readonly<Record<string, NetworkChoice>>

/** What a variant is called in a table. */
export const variantText = (variant: keyof typeof variants): string =>
  ({
    plain: '1 VC x 8',
    shallow: '1 VC x 4',
    twoVcs: '2 VC x 4, 2 rounds',
    twoDeepVcs: '2 VC x 8, 2 rounds',
    age: '1 VC x 8, age',
    twoVcsAge: '2 VC x 4, 2 rounds, age',
    fourVcsAge: '4 VC x 4, 2 rounds, age',
    roundRobin: 'round robin',
  })[variant]

/** Tells a row at once: the others take minutes. */
export const told = ({ onProgress }: NocSettings, row: Row): Row => {
  onProgress(`${row.name}: ${Math.round(row.value * 10_000) / 10_000}`)
  return row
}
