/**
 * The replay: feeds the steps that hardware reports into the golden model, which must allow each of them and compute the
 * same outcome. Records come in replay order: by cycle, within a cycle all deliveries, then memory accesses, then
 * register steps, then injections, then guards (src/layout/commit.ts).
 *
 * Left open by the specification and not compared: source ids of injected flits (the network stamps them), byte lanes of
 * data that the byte selection excludes (TCU 7.3, 7.6), the time in acknowledgements that a network interface makes for
 * a missing target (NoC 10.5), encodings of TCU_STATUS (TCU 2.4), data lanes of a register write without enable.
 */
import { commitKinds, decode, guardEvents, probeNames } from '#layout'
import type { MessageClass, ProbeName, SystemDescription } from '#layout'
import { asCommandAccess, settleBypass } from './bypass-pair.ts'
import type { BypassPair } from './bypass-pair.ts'
import { compareAtRest } from './at-rest.ts'
import type { PeekMemory, PeekRegister } from './at-rest.ts'
import { describeRecord } from './describe-record.ts'
import { differenceOf } from './difference.ts'
import type { StepRecord } from './platform.ts'
import { unpackCommit, unpackMemory } from './records.ts'
import type { CommitFields, MemoryFields } from './records.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { applyBypassDeliver, applyBypassInject, applyGuards } from './replay-bypass.ts'
import { applyCommit } from './replay-commit.ts'
import { applyDeliver, applyInject } from './replay-flits.ts'
import { applyMemory } from './replay-memory.ts'
import { createGoldenSystem, outstanding, tcuOf } from './system.ts'
import { refusePassed } from './tcu-pmp.ts'
import type { TcuState } from './tcu-state.ts'

export interface Replay {
  /** Records applied so far. */
  readonly applied: number
  /**
   * Applies the next record.
   *
   * Rejects: Difference when the model does not allow the step now or computes another outcome. The model is then of no
   * further use.
   */
  apply(record: StepRecord): void
  /** Mirrors a write of the core into its local memory, at this place among the records. */
  writeMemory(module: string, address: number, data: Uint8Array): void
  /** Local memory as the model has it, to compare with what the core reads. */
  readMemory(module: string, address: number, bytes: number): Uint8Array
  /** The TCU of a module as the model has it after the last record; undefined for the host port. For observers. */
  tcuOf(module: string): TcuState | undefined
  /** What has not been finished yet, in words; empty when the system is at rest. */
  outstanding(): readonly string[]
  /**
   * Compares registers, endpoints and memories of a system at rest.
   *
   * Rejects: Difference, also when something is outstanding.
   */
  compareAtRest(peek: PeekRegister, peekMemory: PeekMemory): void
  /** The last records, oldest first. */
  recent(): readonly StepRecord[]
}

const kept = 64
const externalKinds: readonly number[] = [commitKinds.codes.externalRead, commitKinds.codes.externalWrite]
/** Order within a cycle. */
const phases: Readonly<Record<ProbeName, number>> = {
  ...{ deliver0: 0, deliver1: 0, deliver2: 0, deliver3: 0 },
  ...{ memory: 1, commit: 2 },
  ...{ inject0: 3, inject1: 3, inject2: 3, inject3: 3 },
  guards: 4,
}
const probeIndex = new Map<ProbeName, number>(probeNames.map((name, index) => [name, index]))
const classOf = (probe: ProbeName): MessageClass => Number(probe.at(-1)) as MessageClass

/** Starts a replay with the power-up state. */
export const createReplay = (system: SystemDescription): Replay => {
  const golden = createGoldenSystem(system)
  const { tcus, bypass, network, indexOf } = golden
  const last = new Float64Array(probeNames.length * tcus.length).fill(-1)
  const ring: StepRecord[] = []
  const step: CommitFields = { kind: 0, error: 0, ep: 0, address: 0, enables: 0, data: 0n }
  const access: MemoryFields = { user: 0, store: 0, address: 0, enables: 0, data: 0n }
  let now = 0
  let phase = 0
  let applied = 0
  /** Records in the ring, with one that was refused. */
  let seen = 0

  const inOrder = (record: StepRecord, module: number): Refusal | undefined => {
    const reached = phases[record.probe]
    const slot = probeNames.length * module + (probeIndex.get(record.probe) as number)
    if (record.cycle < now || (record.cycle === now && reached < phase))
      return refuse(`a record of cycle ${now} or later`, 'records come by cycle, in replay order', 'commit.ts')
    if (last[slot] === record.cycle)
      return refuse('one record per probe and cycle', 'a port takes one request per cycle', 'commit.ts')
    last[slot] = record.cycle
    now = record.cycle
    phase = reached
    return undefined
  }

  const applyTo = (record: StepRecord, module: number): Refusal | undefined => {
    const tcu = tcus[module]
    const { probe, bits, cycle } = record
    const pair = bypass[module]
    if (probe === 'deliver0') return applyDeliver(tcu, module, 0, bits, network, cycle)
    if (probe === 'deliver1') return applyDeliver(tcu, module, 1, bits, network, cycle)
    if (probe === 'deliver2') return applyBypassDeliver(pair, module, 2, bits, network, cycle)
    if (probe === 'deliver3' && tcu?.choice.pmp) tcu.bypassFlits.deliver(cycle)
    if (probe === 'deliver3') return applyBypassDeliver(pair, module, 3, bits, network, cycle)
    if (probe === 'guards') return applyGuards(module, decode(guardEvents, bits), network, cycle)
    if (tcu === undefined) {
      // What the host sends is its own affair: any flit that its interface takes.
      if (probe === 'inject0') return network.inject(module, 0, bits, cycle)
      if (probe === 'inject1') return network.inject(module, 1, bits, cycle)
      return refuse('flits only', 'the host port has neither registers nor memory', 'commit.ts')
    }
    switch (probe) {
      case 'commit':
        unpackCommit(bits, step)
        return applyStep(tcu, pair, cycle)
      case 'memory': {
        unpackMemory(bits, access)
        const ofCore = pair && asCommandAccess(access)
        const refusal = applyMemory(pair && ofCore ? pair.tcu : tcu, ofCore ?? access)
        if (pair) settleBypass(pair)
        return refusal
      }
      case 'inject0':
        return applyInject(tcu, 0, bits, network, cycle)
      case 'inject1':
        return applyInject(tcu, 1, bits, network, cycle)
      case 'inject2':
        return applyPassed(tcu, module, bits, cycle) ?? applyBypassInject(pair, module, 2, bits, network, cycle)
      case 'inject3':
        return applyBypassInject(pair, module, 3, bits, network, cycle)
    }
  }

  /** A packet of the core that leaves past commands has passed PMP, where the tile has it. */
  const applyPassed = (tcu: TcuState, module: number, flit: bigint, cycle: number): Refusal | undefined => {
    if (!tcu.choice.pmp) return undefined
    if (cycle !== tcu.resetCycle) tcu.bypassFlits.transmitted++
    return network.injecting(module, 2) ? undefined : refusePassed(tcu, flit, cycle)
  }

  /** Register accesses of cores past their TCU say so in `ep`: the class of their stream. */
  const applyStep = (tcu: TcuState, pair: BypassPair | undefined, cycle: number): Refusal | undefined => {
    if (pair === undefined || step.ep !== 2 || !externalKinds.includes(step.kind)) return applyCommit(tcu, step, cycle)
    step.ep = 0
    return applyCommit(pair.tcu, step, cycle)
  }

  const continued = (record: StepRecord, module: number): boolean => {
    const cls = classOf(record.probe)
    return record.probe.startsWith('deliver')
      ? network.delivering(module, cls) !== undefined
      : record.probe.startsWith('inject') && network.injecting(module, cls)
  }

  return {
    get applied() {
      return applied
    },
    apply(record) {
      const module = indexOf.get(record.module)
      if (module === undefined) throw new RangeError(`${system.name} has no module named '${record.module}'`)
      ring[applied % kept] = record
      seen = applied + 1
      const refusal = inOrder(record, module) ?? applyTo(record, module)
      if (refusal !== undefined) {
        const did = describeRecord(record.probe, record.bits, continued(record, module))
        throw differenceOf(record.module, record.cycle, did, refusal)
      }
      applied++
    },
    writeMemory(module, address, data) {
      tcuOf(golden, module).memory.write(address, data)
    },
    readMemory: (module, address, bytes) => tcuOf(golden, module).memory.read(address, bytes),
    tcuOf: (module) => tcus[indexOf.get(module) ?? -1],
    outstanding: () => outstanding(golden),
    compareAtRest(peek, peekMemory) {
      compareAtRest(golden, now, peek, peekMemory)
    },
    recent: () => {
      const from = Math.max(0, seen - kept)
      return Array.from({ length: Math.min(seen, kept) }, (_, index) => ring[(from + index) % kept]).filter(
        (record) => record !== undefined,
      )
    },
  }
}
