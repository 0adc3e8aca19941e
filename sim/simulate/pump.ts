// Fills the input streams of a design and empties its output streams.

import type { Port, PortRecord, StreamShape } from '#edsl'
import type { Plain, Shape } from '#layout'
import { SimulateError, didYouMean } from './error.ts'
import type { Simulator } from './simulator.ts'
import { type Stall, stallsOf } from './stalls.ts'
import { StreamReader, StreamWriter } from './stream-agents.ts'

/** How a pump works besides what it pumps. */
export interface PumpSettings {
  /**
   * Cycles in which the test bench has no payload, or takes none: `none`, `random` (a number of them in a row, as often as
   * not), or a share of all cycles from 0 to 1. @defaultValue 'none'
   */
  readonly stalls?: 'none' | 'random' | number
  /** Decides the random stalls. @defaultValue 1 */
  readonly seed?: number
  /** Payloads to wait for, by output stream; others end when nothing moves any more. */
  readonly expect?: Readonly<Record<string, number>>
  /** Cycles of the main clock in which nothing moves, after which the pump is done, or stuck. @defaultValue 200 */
  readonly limit?: number
}

/** Payloads for the input streams, by port; an array of streams gets an array for each. */
export type PumpInputs<P extends PortRecord> = {
  readonly [Name in keyof P as InputPayloads<P[Name]> extends never ? never : Name]?: InputPayloads<P[Name]>
}

type InputPayloads<T> =
  T extends Port<'in', StreamShape<infer S extends Shape>>
    ? readonly Plain<S>[]
    : T extends readonly Port<'in', StreamShape<infer S extends Shape>>[]
      ? readonly (readonly Plain<S>[])[]
      : never

/** What came out of the output streams, by port, in order. */
export type PumpOutputs<P extends PortRecord> = {
  readonly [Name in keyof P as OutputPayloads<P[Name]> extends never ? never : Name]: OutputPayloads<P[Name]>
}

type OutputPayloads<T> =
  T extends Port<'out', StreamShape<infer S extends Shape>>
    ? Plain<S>[]
    : T extends readonly Port<'out', StreamShape<infer S extends Shape>>[]
      ? Plain<S>[][]
      : never

/**
 * Fills the streams that go into a design and empties those that come out of it, each at the edges of its own clock, until
 * everything was taken and nothing more comes:
 *
 * ```ts
 * const { to } = pump(sim, { from: [1, 2, 3], stalls: 'random' })
 * ```
 *
 * Rejects: SIM-0311 when nothing moves for `limit` cycles and payloads are left, or fewer came than `expect` says: it tells
 * what waits for what. SIM-0312 when the design takes back a payload before it was taken.
 */
export const pump = <P extends PortRecord>(
  sim: Simulator<P>,
  options: PumpInputs<P> & PumpSettings,
): PumpOutputs<P> => {
  const { stalls = 'none', seed = 1, limit = 200, expect = {} } = options as PumpSettings
  const stall: Stall = stallsOf(stalls, seed)
  const streams = streamsOf(sim)
  const writers: StreamWriter[] = []
  const readers: StreamReader[] = []
  const given = new Set(Object.keys(options).filter((name) => !settings.has(name) || streams.has(name)))
  const results: Record<string, unknown> = {}
  for (const [name, { handles, ports, isArray }] of streams) {
    const label = (index: number): string => (isArray ? `${name}[${index}]` : name)
    if (ports[0]?.direction === 'in') {
      const values = given.has(name) ? (options as Record<string, unknown>)[name] : isArray ? [] : undefined
      given.delete(name)
      handles.forEach((handle, index) => {
        const own = (isArray ? (values as readonly unknown[])[index] : values) ?? []
        writers.push(
          new StreamWriter(label(index), handle, clockOf(sim, ports[index]), own as readonly unknown[], stall),
        )
      })
      continue
    }
    const own = handles.map(
      (handle, index) => new StreamReader(label(index), handle, clockOf(sim, ports[index]), stall),
    )
    readers.push(...own)
    results[name] = isArray ? own.map(({ received }) => received) : own[0]?.received
  }
  const [unknown] = given
  if (unknown !== undefined) {
    const inputs = [...streams].filter(([, { ports }]) => ports[0]?.direction === 'in').map(([name]) => name)
    const title = `\`${unknown}\` is no stream that goes into \`${sim.name}\``
    throw new SimulateError({ code: 'SIM-0306', title, help: didYouMean(unknown, inputs) })
  }

  const agents = [...writers, ...readers]
  const detach = agents.map((agent) => sim.attach(agent))
  try {
    for (const agent of agents) agent.begin()
    for (let idle = 0; idle < limit; idle++) {
      const before = agents.reduce((sum, { moved }) => sum + moved, 0)
      sim.step()
      if (agents.reduce((sum, { moved }) => sum + moved, 0) > before) idle = -1
      if (writers.every(({ done }) => done) && isComplete(readers, expect)) break
    }
    const waiting = writers.filter(({ done }) => !done)
    const lacking = readers.filter(({ name, received }) => received.length < (expect[name] ?? 0))
    if (waiting.length + lacking.length > 0) throw stuck(sim, agents, limit, expect)
  } finally {
    for (const end of detach) end()
    for (const agent of agents) agent.end()
  }
  return results as PumpOutputs<P>
}

const settings = new Set(['stalls', 'seed', 'expect', 'limit'])

/** Known only for streams whose number of payloads is: others have to be waited for. */
const isComplete = (readers: readonly StreamReader[], expect: Readonly<Record<string, number>>): boolean =>
  readers.length > 0 &&
  readers.every(({ name, received }) => received.length >= (expect[name] ?? Number.POSITIVE_INFINITY))

const stuck = (
  sim: Simulator,
  agents: readonly (StreamWriter | StreamReader)[],
  limit: number,
  expect: Readonly<Record<string, number>>,
): SimulateError => {
  const lines = agents.map((agent) => `  ${agent.state(expect[agent.name])}`)
  return new SimulateError({
    code: 'SIM-0311',
    title: `nothing moved in \`${sim.name}\` for ${limit} cycles, until cycle ${sim.cycle}\n${lines.join('\n')}`,
  })
}

interface Streams {
  readonly ports: readonly Port[]
  readonly handles: readonly never[]
  readonly isArray: boolean
}

const streamsOf = (sim: Simulator): ReadonlyMap<string, Streams> => {
  const streams = new Map<string, Streams>()
  for (const [name, tree] of Object.entries(sim.ports)) {
    const isArray = Array.isArray(tree)
    const ports = (isArray ? tree : [tree]) as readonly Port[]
    if (
      ports.length === 0 ||
      !ports.every((port) => typeof port.direction === 'string' && port.shape.kind === 'stream')
    )
      continue
    const handle = (sim.io as Record<string, unknown>)[name]
    streams.set(name, { ports, handles: (isArray ? handle : [handle]) as readonly never[], isArray })
  }
  return streams
}

/** The clock at whose edges a port's payloads move. */
const clockOf = (sim: Simulator, port: Port | undefined): string => {
  const domain = port?.domain
  if (typeof domain === 'object') return domain.name
  return sim.domains.includes('main') ? 'main' : (sim.domains[0] as string)
}
