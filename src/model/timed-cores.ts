/** The cores of the timed model: one request of each program at a time, served with the delays of a simple core. */
import type { BusAnswer, BusRequest, HostedProgram } from './program-host.ts'
import type { TcuState } from './tcu-state.ts'
import type { Core } from './timed-system.ts'
import type { CoreAccess, CoreResult } from './timed-tcu.ts'

/** Cycles from a program's request to the earliest register step, and from that to the program's next turn. */
const requestCycles = 1
const answerCycles = 1

interface Slot {
  readonly program: HostedProgram
  readonly tcu: TcuState
  /** The request that is being served, to notice a new one. */
  request: BusRequest | undefined
  since: number
  /** Register accesses: the answer, and when the program gets it. */
  answer: bigint
  answerAt: number
  served: boolean
}

export class TimedCores implements Core {
  readonly #slots: readonly Slot[]
  readonly #byModule: readonly (Slot | undefined)[]

  constructor(programs: readonly HostedProgram[], tcus: readonly (TcuState | undefined)[]) {
    this.#slots = programs.map((program) => ({
      program,
      tcu: tcus[program.index] as TcuState,
      request: undefined,
      since: 0,
      answer: 0n,
      answerAt: Infinity,
      served: false,
    }))
    this.#byModule = tcus.map((_, index) => this.#slots.find((slot) => slot.program.index === index))
  }

  /** Looks at the programs' requests after they ran. */
  refresh(cycle: number): void {
    for (const slot of this.#slots) {
      const { request } = slot.program
      if (request === slot.request) continue
      slot.request = request
      slot.since = cycle
      slot.served = false
      slot.answerAt = Infinity
    }
  }

  access(module: number, cycle: number): CoreAccess | undefined {
    const slot = this.#byModule[module]
    const request = slot?.request
    if (slot === undefined || request === undefined || slot.served || cycle < slot.since + requestCycles)
      return undefined
    return request.kind === 'readRegister' || request.kind === 'writeRegister' ? request : undefined
  }

  served(module: number, result: CoreResult, cycle: number): void {
    const slot = this.#byModule[module]
    if (slot === undefined) return
    slot.served = true
    slot.answer = result.value
    slot.answerAt = cycle + answerCycles
  }

  /** Programs whose request is answered in a cycle, with the answer, in the order of the system description. */
  due(cycle: number): readonly { readonly program: HostedProgram; readonly answer: BusAnswer }[] {
    const due: { program: HostedProgram; answer: BusAnswer }[] = []
    for (const slot of this.#slots) {
      if (slot.request === undefined || this.#dueCycle(slot) > cycle) continue
      due.push({ program: slot.program, answer: this.#answer(slot) })
    }
    return due
  }

  /** Next cycle in which a program gets an answer or makes an access; infinite when none will. */
  nextCycle(): number {
    let next = Infinity
    for (const slot of this.#slots) {
      if (slot.request === undefined) continue
      const register = slot.request.kind === 'readRegister' || slot.request.kind === 'writeRegister'
      next = Math.min(next, register && !slot.served ? slot.since + requestCycles : this.#dueCycle(slot))
    }
    return next
  }

  #dueCycle(slot: Slot): number {
    const request = slot.request as BusRequest
    switch (request.kind) {
      case 'wait':
        return slot.since + request.cycles
      case 'waitForInterrupt':
        if (interrupted(slot.tcu, request.line)) return slot.since
        return request.limitCycles === undefined ? Infinity : slot.since + request.limitCycles
      default:
        return slot.answerAt
    }
  }

  #answer(slot: Slot): BusAnswer {
    const request = slot.request as BusRequest
    switch (request.kind) {
      case 'readRegister':
        return slot.answer
      case 'waitForInterrupt':
        return interrupted(slot.tcu, request.line) ? 'interrupt' : 'limit'
      default:
        return undefined
    }
  }
}

const interrupted = (tcu: TcuState, line: 1 | 2): boolean => tcu.coreConfig[line] === 1
