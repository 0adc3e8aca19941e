/** Starting commands. TCU section 2.5, rules 2 to 4. */
import { command, externalCommand } from '#layout'
import { numberReader, wideReader } from './bits.ts'
import type { Command, TcuState } from './tcu-state.ts'

const opOf = numberReader(command, 'op')
const epOf = numberReader(command, 'ep')
const arg0Of = numberReader(command, 'arg0')
const privilegedOpOf = numberReader(externalCommand, 'op')
const privilegedArg0Of = wideReader(externalCommand, 'arg')

/** Starts an unprivileged command and latches its arguments; ignored while one is running. */
export const startCommand = (tcu: TcuState, value: bigint, cycle: number): void => {
  if (tcu.running !== undefined) return
  const started: Command = {
    op: opOf(value),
    ep: epOf(value),
    arg0: arg0Of(value),
    dataAddress: tcu.dataAddress,
    dataSize: tcu.dataSize,
    arg1: tcu.arg1,
    started: cycle,
    transfer: undefined,
    request: undefined,
    checked: false,
    target: 0,
    remote: 0,
    local: 0,
    bytes: 0,
    label: 0,
    waiting: false,
    answer: -1,
    aborted: false,
    dueBefore: -1,
    packets: 0,
    answers: 0,
    acknowledged: 0,
    received: 0,
    stored: 0,
    takesCredit: false,
    deferredCredit: false,
    progress: cycle,
    earlierProgress: cycle,
  }
  tcu.running = started
}

/** Starts an external command; ignored while one is running. */
export const startExternalCommand = (tcu: TcuState, value: bigint): void => {
  if (tcu.external === undefined) tcu.external = value
}

/** Starts a privileged command and latches its argument; ignored while one is running. */
export const startPrivilegedCommand = (tcu: TcuState, value: bigint, cycle: number): void => {
  tcu.privileged ??= {
    op: privilegedOpOf(value),
    arg0: privilegedArg0Of(value),
    argument: tcu.privilegedArgument,
    started: cycle,
    aborting: undefined,
  }
}
