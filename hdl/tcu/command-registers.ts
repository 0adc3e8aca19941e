/** The registers of the unprivileged command. */
import { type Bit, bit, reg, struct, uint, type UInt, type ValueOf, when } from '#edsl'
import { command, opcodes } from '#layout'
import type { commandArguments, commandEnd } from './interfaces.ts'
import { startsCommand, type Window, type WindowAccess } from './window.ts'

/** The command that runs, with the arguments of its start. */
const latchedCommand = struct({ command, dataAddress: uint(64), dataSize: uint(64), arg1: uint(64) })

/**
 * Keeps COMMAND and its arguments inside the module whose body is running; what a command is started with is latched until
 * `end` (items 3 to 5 of section 2.5).
 *
 * Source: TCU interface 2.0.1, sections 2.4 and 2.5.
 */
export const commandRegisters = (
  window: Window,
  access: WindowAccess,
  end: ValueOf<typeof commandEnd>,
  resets: Bit,
): Omit<ValueOf<typeof commandArguments>, 'privileges'> => {
  const commandRegister = window.COMMAND.keep()
  const dataAddress = window.DATA_ADDR.keep()
  const dataSize = window.DATA_SIZE.keep()
  const arg1 = window.ARG1.keep()
  const running = reg(bit, 0)
  const latched = reg(latchedCommand)
  window.TCU_STATUS.show(statusOf(running))

  when(window.COMMAND.writes.and(startsCommand(access)).and(running.not()), () => {
    running.next(1)
    latched.next({ command: window.COMMAND.merged(commandRegister), dataAddress, dataSize, arg1 })
  })
  when(end.valid, () => {
    running.next(0)
    commandRegister.next({ reserved: 0, arg0: 0, error: end.error, ep: 0, op: opcodes.idle })
    when(end.setsArg1, () => arg1.next(end.arg1))
  })
  when(resets, () => {
    running.next(0)
    commandRegister.next({ reserved: 0, arg0: 0, error: 0, ep: 0, op: opcodes.idle })
    for (const register of [dataAddress, dataSize, arg1]) register.next(0)
  })
  const { op, ep, arg0 } = latched.command
  const { dataAddress: address, dataSize: size, arg1: argument } = latched
  return { running, op, ep, arg0, dataAddress: address, dataSize: size, arg1: argument }
}

/** TCU_STATUS: bit 16 says that a command runs. */
const statusOf = (running: UInt<1>): UInt<64> => running.extend(17).shiftLeft(16).extend(64)
