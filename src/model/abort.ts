/** ABORT_CMD: what it does to the running command, and how that ends. TCU section 4.11, docs/contract.md. */
import { errorCodes, opcodes, privilegedOpcodes } from '#layout'
import { isRegister } from './incoming.ts'
import type { Command, PrivilegedCommand, TcuState } from './tcu-state.ts'
import type { Transfer } from './transfer.ts'

/** The command that the running ABORT_CMD has to stop; FETCH_MSG, ACK_MSG and unknown ones are left alone. */
export const commandToAbort = ({ running, privileged }: TcuState): Command | undefined => {
  if (privileged?.op !== privilegedOpcodes.abortCommand || privileged.aborting !== undefined) return undefined
  switch (running?.op) {
    case opcodes.send:
    case opcodes.reply:
    case opcodes.read:
    case opcodes.write:
      return running
    default:
      return undefined
  }
}

/** Asks the running command to stop. */
export const abortRaised = (tcu: TcuState, command: Command): void => {
  const privileged = tcu.privileged as PrivilegedCommand
  privileged.aborting = command
  command.aborted = true
  if (!command.checked) return
  const { op, answer, received, bytes, transfer } = command
  if (op === opcodes.read) {
    command.dueBefore = answer < 0 && received >= bytes ? errorCodes.NONE : answer
    for (let index = 0; index < tcu.readData.length; index++) {
      const packet = tcu.readData.at(index)
      if (packet !== undefined) packet.kept = packet.arrived
    }
    return
  }
  if (op === opcodes.write && answer > 0) command.dueBefore = answer
  transfer?.cut(op === opcodes.reply)
}

/** Whether a command was asked to stop in time to do something about it. */
export const endsAsAborted = ({ aborted, transfer }: Command): boolean =>
  aborted && (transfer === undefined || !transfer.whole)

/** Error code with which such a command ends; below 0 while it has to wait. */
export const abortedEnd = (command: Command): number => {
  const { op, dueBefore, answer } = command
  const transfer = command.transfer as Transfer
  switch (op) {
    case opcodes.read:
      if (dueBefore > 0 || (dueBefore === 0 && command.stored === command.received)) return dueBefore
      return mayEndAborted(command) ? errorCodes.ABORT : -1
    case opcodes.write:
      if (dueBefore > 0 && !transfer.inPacket) return dueBefore
      return mayEndAborted(command) ? errorCodes.ABORT : -1
    default:
      if (mayEndAborted(command)) return errorCodes.ABORT
      return transfer.done ? answer : -1
  }
}

/** Whether ABORT is an end of such a command now: nothing has left, or what has left was answered completely. */
export const mayEndAborted = ({
  op,
  request,
  transfer,
  answer,
  answers,
  packets,
  received,
  bytes,
  remote,
}: Command): boolean => {
  switch (op) {
    case opcodes.read:
      return request !== undefined || answer >= 0 || received >= bytes
    case opcodes.write:
      return transfer?.inPacket === false && (isRegister(remote) || answers >= packets)
    case opcodes.send:
      return transfer?.begun === false
    default:
      return false
  }
}
