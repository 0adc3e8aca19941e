/** One cycle of the whole timed model, in replay order: deliver, memory, commit, inject. */
import type { ProbeName } from '#layout'
import type { Channel } from './arriving.ts'
import { flitCyclesOf } from './routes.ts'
import type { GoldenSystem } from './system.ts'
import { deliverFlit } from './tcu-deliver.ts'
import { commitStep, injectStep, memoryStep, nextOwnCycle } from './timed-tcu.ts'
import type { CoreAccess, CoreResult, Report, TimedTcu } from './timed-tcu.ts'

/** What a core does in a cycle; the index is that of its module. */
export interface Core {
  access(module: number, cycle: number): CoreAccess | undefined
  served(module: number, result: CoreResult, cycle: number): void
}

export type HostFlit = (flit: bigint, cycle: number) => void

export class TimedSystem {
  readonly #golden: GoldenSystem
  readonly #tcus: readonly TimedTcu[]
  readonly #modules: number
  readonly #flitCycles: (source: number, target: number) => number
  readonly #toHost: HostFlit
  readonly #report: Report
  readonly #result: CoreResult = { served: false, value: 0n }

  constructor(golden: GoldenSystem, toHost: HostFlit, report: Report) {
    this.#golden = golden
    this.#tcus = golden.tcus.flatMap((tcu) => (tcu ? [{ tcu, coreHadLastTurn: false, memoryTurn: 0 }] : []))
    this.#modules = golden.system.modules.length
    this.#flitCycles = flitCyclesOf(golden.system)
    this.#toHost = toHost
    this.#report = report
  }

  /** Makes the steps of a cycle; false when nothing happened. */
  step(cycle: number, core: Core): boolean {
    let busy = this.#golden.network.travelling > 0 && this.#deliver(cycle)
    for (const timed of this.#tcus) if (memoryStep(timed, this.#report)) busy = true
    for (const timed of this.#tcus) if (this.#commit(timed, core, cycle)) busy = true
    for (const { tcu } of this.#tcus) {
      if (injectStep(tcu, 0, this.#golden.network, cycle, this.#report)) busy = true
      if (injectStep(tcu, 1, this.#golden.network, cycle, this.#report)) busy = true
    }
    return busy
  }

  /** Next cycle after an idle one, `cycle`, in which a flit arrives or a delay ends; infinite when there is none. */
  nextCycle(cycle: number): number {
    let next = Infinity
    for (const { tcu } of this.#tcus) next = Math.min(next, nextOwnCycle(tcu, cycle))
    if (this.#golden.network.travelling === 0) return next
    for (let target = 0; target < this.#modules; target++)
      for (const cls of [0, 1] as const)
        for (const channel of this.#golden.network.channels(target, cls))
          next = Math.min(next, this.#arrival(channel, target))
    return next
  }

  #commit(timed: TimedTcu, core: Core, cycle: number): boolean {
    const { index } = timed.tcu
    const made = commitStep(timed, core.access(index, cycle), this.#result, cycle, this.#report)
    if (this.#result.served) core.served(index, this.#result, cycle)
    return made
  }

  #deliver(cycle: number): boolean {
    let busy = false
    for (let module = 0; module < this.#modules; module++) {
      if (this.#deliverClass(module, 0, cycle)) busy = true
      if (this.#deliverClass(module, 1, cycle)) busy = true
    }
    return busy
  }

  /** Delivers the flit that arrived first; the packets of a class are not interleaved. */
  #deliverClass(module: number, cls: 0 | 1, cycle: number): boolean {
    const { network, tcus } = this.#golden
    let chosen = network.delivering(module, cls)
    if (chosen === undefined) {
      let earliest = Infinity
      for (const channel of network.channels(module, cls)) {
        const arrival = this.#arrival(channel, module)
        if (arrival >= earliest) continue
        earliest = arrival
        chosen = channel
      }
    }
    if (chosen === undefined || this.#arrival(chosen, module) > cycle) return false
    const flit = network.take(module, cls, chosen)
    this.#report?.(module, deliverProbe[cls], flit)
    const tcu = tcus[module]
    if (tcu !== undefined) deliverFlit(tcu, cls, flit, cycle)
    else if (cls === 0) this.#toHost(flit, cycle)
    return true
  }

  #arrival(channel: Channel, target: number): number {
    const front = channel.flits.front
    if (front === undefined) return Infinity
    return front.cycle + this.#flitCycles(channel.source, target)
  }
}

const deliverProbe: readonly [ProbeName, ProbeName] = ['deliver0', 'deliver1']
