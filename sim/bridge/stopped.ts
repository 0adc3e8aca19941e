// The error of a simulation that its own Verilog ended.

import { type Place, SimulationError } from '#sim/build'

/** Why the Verilog ended the simulation. */
export interface StopReason {
  /** `error` is a $fatal, an $error or an assertion; `internal` is Verilator's, such as a loop that never settles. */
  readonly kind: 'finish' | 'stop' | 'error' | 'internal'
  /** The cycle in which it happened. */
  readonly cycle: number
  readonly at: Place | undefined
  /** The instance, dot separated, when the message names one. */
  readonly instance: string | undefined
  readonly text: string
}

/** The Verilog ended the simulation: $finish, $stop, $fatal, $error or an assertion. */
export class SimulationStopped extends SimulationError {
  override readonly name = 'SimulationStopped'
  readonly reason: StopReason

  constructor(reason: StopReason) {
    const where = reason.at === undefined ? '' : ` at ${reason.at.file}:${reason.at.line}`
    const instance = reason.instance === undefined ? '' : ` in \`${reason.instance}\``
    super({
      code: 'SIM-0206',
      title: `the Verilog stopped the simulation in cycle ${reason.cycle}${instance}${where}: ${reason.text}`,
    })
    this.reason = reason
  }
}

const errorLine = /^\[\d+\] %(?:Error|Fatal): (?:.+?):\d+: Assertion failed in (\S+?)(?:: (.*))?$/

/** Makes sense of what the shim knows about a stop: Verilator prints the message before it stops. */
export function stopReason(native: {
  readonly kind: number
  readonly cycle: number
  readonly file: string
  readonly line: number
  readonly text: string
  readonly printed: string
}): StopReason {
  const { cycle } = native
  const at = native.file === '' ? undefined : { file: native.file, line: native.line, column: 1 }
  if (native.kind === 1) return { kind: 'finish', cycle, at, instance: undefined, text: '$finish' }
  if (native.kind === 3) return { kind: 'internal', cycle, at, instance: undefined, text: native.text }
  const messages = native.printed.split('\n').flatMap((line) => errorLine.exec(line) ?? [])
  if (messages.length === 0) return { kind: 'stop', cycle, at, instance: undefined, text: '$stop' }
  const [, instance = '', text = 'assertion failed'] = messages
  return { kind: 'error', cycle, at, instance: instance.replace(/^TOP\./, ''), text }
}
