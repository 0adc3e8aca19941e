/**
 * The replay of a network alone, whatever its modules are: flits that they inject and get in all message classes, and what
 * guards do. For networks without tiles behind them, and modules that keep to no rule. NoC sections 10.5 to 10.7, 13.1.
 */
import { decode, guardEvents } from '#layout'
import type { MessageClass } from '#layout'
import type { NetworkDescription, PlanOptions } from '#topology'
import { describeRecord } from './describe-record.ts'
import { differenceOf } from './difference.ts'
import type { InterfaceCounts } from './interface-counts.ts'
import { Network } from './network.ts'
import type { StepRecord } from './platform.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { applyGuards } from './replay-bypass.ts'

export interface NetworkReplay {
  /**
   * Applies the next record: by cycle, within a cycle all deliveries, then injections, then guards.
   *
   * Rejects: Difference when the model does not allow the step now; RangeError for a module that is not there.
   */
  apply(record: StepRecord): void
  /** What the interface of a module has to have counted. */
  counts(module: string): Readonly<InterfaceCounts>
  /** Flits that never arrived, without those that guards dropped; for a network at rest. */
  readonly lost: number
}

/** Starts the replay of an empty network. */
export const createNetworkReplay = (system: NetworkDescription, options: PlanOptions = {}): NetworkReplay => {
  const network = new Network(system, options)
  const indices = new Map(system.modules.map(({ name }, index) => [name, index]))
  const indexOf = (name: string): number => {
    const index = indices.get(name)
    if (index === undefined) throw new RangeError(`${system.name} has no module named '${name}'`)
    return index
  }
  const applyTo = ({ probe, bits, cycle }: StepRecord, module: number): Refusal | undefined => {
    if (probe === 'guards') return applyGuards(module, decode(guardEvents, bits), network, cycle)
    const cls = Number(probe.at(-1)) as MessageClass
    if (!(cls < network.classes)) return refuse('a flit or a guard', 'a network has nothing else', 'commit.ts')
    return probe.startsWith('deliver')
      ? network.deliver(module, cls, bits, cycle)
      : network.inject(module, cls, bits, cycle)
  }
  return {
    apply: (record) => {
      const { module: name, probe, bits, cycle } = record
      const module = indexOf(name)
      const cls = Number(probe.at(-1)) as MessageClass
      const continued = probe.startsWith('deliver')
        ? network.delivering(module, cls) !== undefined
        : probe.startsWith('inject') && network.injecting(module, cls)
      const refusal = applyTo(record, module)
      if (refusal !== undefined) throw differenceOf(name, cycle, describeRecord(probe, bits, continued), refusal)
    },
    counts: (module) => network.counts(indexOf(module)),
    get lost() {
      return network.lost
    },
  }
}
