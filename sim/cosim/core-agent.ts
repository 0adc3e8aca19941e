/** The simulated core of one tile: carries out what its program asks for, on the pins of the tile. */
import type { BusAnswer, HostedProgram } from '#model'
import type { BigIntPort, NumberPort } from '#sim/bridge'
import type { Hardware } from './hardware.ts'

/** Triggers that every core has, in this order. */
const triggersPerCore = 4

/** What a core may wait for on its pins. */
export const coreTriggers = (module: string) => [
  { port: `${module}_core_answer_valid`, kind: 'level' as const },
  { port: `${module}_core_enable`, kind: 'level' as const },
  { port: `${module}_interrupts_0`, kind: 'level' as const },
  { port: `${module}_interrupts_1`, kind: 'level' as const },
]

/** The pins of a tile that a core drives, found once. */
export interface CorePins {
  readonly valid: NumberPort
  readonly write: NumberPort
  readonly address: NumberPort
  readonly enables: NumberPort
  readonly data: BigIntPort
  readonly answerValid: NumberPort
  readonly answerData: BigIntPort
  readonly enable: NumberPort
  readonly interrupts: readonly [NumberPort, NumberPort]
}

export const corePins = (simulation: Hardware, module: string): CorePins => {
  const pin = (name: string): NumberPort => simulation.port(`${module}_${name}`) as NumberPort
  const wide = (name: string): BigIntPort => simulation.port(`${module}_${name}`) as BigIntPort
  return {
    valid: pin('core_valid'),
    write: pin('core_payload_write'),
    address: pin('core_payload_address'),
    enables: pin('core_payload_enables'),
    data: wide('core_payload_data'),
    answerValid: pin('core_answer_valid'),
    answerData: wide('core_answer_data'),
    enable: pin('core_enable'),
    interrupts: [pin('interrupts_0'), pin('interrupts_1')],
  }
}

/** Where a core's triggers begin in the prepared set, and what arms them. */
export interface TriggerArms {
  enable(index: number): void
  disable(index: number): void
}

export class CoreAgent {
  readonly program: HostedProgram
  readonly #pins: CorePins
  readonly #arms: TriggerArms
  readonly #first: number
  #waiting: 'nothing' | 'enable' | 'answer' | 'cycles' | 'interrupt' = 'nothing'
  #line: 0 | 1 = 0
  /** Cycle of the last request: what the pins answer is seen in a later one. */
  #issued = -1
  /** Cycle at which a wait ends; Infinity when only a pin ends it. */
  deadline = Number.POSITIVE_INFINITY

  constructor(program: HostedProgram, pins: CorePins, arms: TriggerArms, position: number) {
    this.program = program
    this.#pins = pins
    this.#arms = arms
    this.#first = position * triggersPerCore
    for (let index = 0; index < triggersPerCore; index++) arms.disable(this.#first + index)
  }

  /** Waits for the core's enable before the program starts. */
  awaitEnable(): void {
    this.#waiting = 'enable'
    this.#arms.enable(this.#first + 1)
  }

  /** Puts the program's next request on the pins; without one the core is idle. */
  issue(cycle: number): void {
    const request = this.program.request
    const pins = this.#pins
    this.deadline = Number.POSITIVE_INFINITY
    this.#waiting = 'nothing'
    this.#issued = cycle
    if (request === undefined || this.program.state !== 'running') return
    switch (request.kind) {
      case 'readRegister':
      case 'writeRegister':
        pins.valid.value = 1
        pins.address.value = request.offset
        pins.write.value = request.kind === 'writeRegister' ? 1 : 0
        pins.enables.value = request.kind === 'writeRegister' ? request.enables : 0xff
        pins.data.value = request.kind === 'writeRegister' ? request.value : 0n
        this.#waiting = 'answer'
        this.#arms.enable(this.#first)
        return
      case 'wait':
        this.#waiting = 'cycles'
        this.deadline = cycle + request.cycles
        return
      case 'waitForInterrupt':
        this.#waiting = 'interrupt'
        this.#line = request.line === 1 ? 0 : 1
        this.#arms.enable(this.#first + 2 + this.#line)
        if (request.limitCycles !== undefined) this.deadline = cycle + request.limitCycles
    }
  }

  /** Takes up a request that came while the core had nothing to do. */
  refresh(cycle: number): void {
    if (this.#waiting === 'nothing' && this.program.request !== undefined) this.issue(cycle)
  }

  /** What happened in the cycle that just ran; `undefined` when the program still waits. `cycle` is the next cycle. */
  outcome(cycle: number): { readonly answer: BusAnswer } | 'enabled' | undefined {
    const pins = this.#pins
    switch (this.#waiting) {
      case 'nothing':
        return undefined
      case 'enable':
        if (pins.enable.value === 0) return undefined
        this.#arms.disable(this.#first + 1)
        return 'enabled'
      case 'answer':
        if (cycle === this.#issued || pins.answerValid.value === 0) return undefined
        pins.valid.value = 0
        this.#arms.disable(this.#first)
        return { answer: pins.write.value === 1 ? undefined : pins.answerData.value }
      case 'cycles':
        return cycle >= this.deadline ? { answer: undefined } : undefined
      case 'interrupt': {
        const high = pins.interrupts[this.#line].value === 1
        if (!high && cycle < this.deadline) return undefined
        this.#arms.disable(this.#first + 2 + this.#line)
        return { answer: high ? 'interrupt' : 'limit' }
      }
    }
  }
}
