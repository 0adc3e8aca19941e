/** The golden model of a whole system: TCUs with their memories, and the network between them. TCU 0.4, NoC 13.1. */
import type { SystemDescription } from '#layout'
import { createBypassPair } from './bypass-pair.ts'
import type { BypassPair } from './bypass-pair.ts'
import { isAnswered, requestToRaise } from './core-requests.ts'
import { Network } from './network.ts'
import { createTcuState } from './tcu-state.ts'
import type { TcuState } from './tcu-state.ts'

export interface GoldenSystem {
  readonly system: SystemDescription
  /** One per module of the description; the host port has none. */
  readonly tcus: readonly (TcuState | undefined)[]
  /** The second engine of each memory tile, where the network has the classes of bypass traffic. */
  readonly bypass: readonly (BypassPair | undefined)[]
  readonly network: Network
  /** Index of a module by its name. */
  readonly indexOf: ReadonlyMap<string, number>
}

/** Powers a system up. */
export const createGoldenSystem = (system: SystemDescription): GoldenSystem => {
  const network = new Network(system)
  const tcus = system.modules.map((module, index) =>
    module.kind === 'host' ? undefined : createTcuState(system, index),
  )
  return {
    system,
    tcus,
    bypass: tcus.map((tcu) =>
      tcu?.module.kind === 'memory' && network.classes === 4 ? createBypassPair(system, tcu) : undefined,
    ),
    network,
    indexOf: new Map(system.modules.map((module, index) => [module.name, index])),
  }
}

/**
 * The TCU of a module.
 *
 * Rejects: RangeError when there is no such module, or it has no TCU.
 */
export const tcuOf = (golden: GoldenSystem, module: string): TcuState => {
  const tcu = golden.tcus[golden.indexOf.get(module) ?? -1]
  if (tcu === undefined) throw new RangeError(`${golden.system.name} has no module with a TCU named '${module}'`)
  return tcu
}

/** What a TCU has not finished, in words; empty at rest. */
const outstandingOf = (tcu: TcuState): readonly string[] => {
  const { name } = tcu.module
  const open: string[] = []
  if (tcu.running) open.push(`${name}: command ${tcu.running.op} on endpoint ${tcu.running.ep} has not ended`)
  if (tcu.privileged) open.push(`${name}: privileged command ${tcu.privileged.op} has not ended`)
  if (requestToRaise(tcu) !== undefined) open.push(`${name}: a request to the core has not been shown`)
  if (isAnswered(tcu)) open.push(`${name}: the answered request to the core has not been removed`)
  if (tcu.external !== undefined) open.push(`${name}: an external command has not ended`)
  if (tcu.passed.length > 0) open.push(`${name}: ${tcu.passed.length} packets of the core have not left`)
  if (tcu.cut.some((cut) => cut?.open)) open.push(`${name}: a packet that a reset cut has not left completely`)
  if (tcu.printing || tcu.print !== 0n) open.push(`${name}: PRINT has not ended`)
  if (tcu.requests.length > 0) open.push(`${name}: ${tcu.requests.length} requests are not processed`)
  if (tcu.readData.length > 0) open.push(`${name}: read data is not stored`)
  if (tcu.responses.length > 0) open.push(`${name}: ${tcu.responses.length} answers have not left`)
  if (tcu.acknowledgements.length > 0)
    open.push(`${name}: ${tcu.acknowledgements.length} acknowledgements have not left`)
  if (tcu.arriving[0] || tcu.arriving[1]) open.push(`${name}: a packet has arrived only in part`)
  return open
}

/** What the whole system has not finished. */
export const outstanding = (golden: GoldenSystem): readonly string[] => {
  const pairs = golden.bypass.flatMap((pair) => (pair ? [pair.tcu] : []))
  const open = [...golden.tcus, ...pairs].flatMap((tcu) => (tcu ? outstandingOf(tcu) : []))
  const { lost } = golden.network
  return lost === 0 ? open : [...open, `${lost} flits are in the network`]
}
