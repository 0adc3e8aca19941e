/** Replays the steps of a TCU's register unit: allowed now, with this outcome? TCU sections 2 to 7. */
import { commitKinds, errorCodes, errorName } from '#layout'
import { byteMask, hex } from './bits.ts'
import {
  accessData,
  accessEnables,
  accessOffset,
  externalRead,
  performWrite,
  registerAccess,
} from './external-access.ts'
import { endFront } from './reception-timeout.ts'
import { commitCodes } from './records.ts'
import type { CommitFields } from './records.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { applyPrivileged, refuseOverdue } from './replay-privileged.ts'
import { commandChecked, commandFinished, mayCheck, refuseFinish } from './tcu-commands.ts'
import { externalDone } from './tcu-external.ts'
import { mayPrint, printBegun, printEnded, printSent, printWord, readableWords } from './tcu-print.ts'
import {
  messageBegun,
  messageEnded,
  messageEndError,
  messageEp,
  messageMayBeOver,
  messageToBegin,
} from './tcu-receive.ts'
import { coreWrite, mayRead, readRegister } from './tcu-registers.ts'
import type { Reception, TcuState } from './tcu-state.ts'

type Step = Readonly<CommitFields>

/** Applies a step of the register unit. */
export const applyCommit = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  const unnamed = checkUnnamed(step) ?? refuseQuiet(tcu, cycle) ?? refuseOverdue(tcu, step, cycle)
  if (unnamed !== undefined) return unnamed
  if (!tcu.hasCommands && step.kind !== commitCodes.externalRead && step.kind !== commitCodes.externalWrite)
    return refuse('external accesses only', 'a tile without commands has neither core nor command engine', 'tcu.md 2.3')
  // a step for a later packet shows that the packet before it is over
  if (tcu.choice.receiveTimeoutCycles > 0 && ofPackets.includes(step.kind)) endFront(tcu, cycle)
  switch (step.kind) {
    case commitCodes.coreRead:
      return applyRead(tcu, step, cycle)
    case commitCodes.coreWrite:
      coreWrite(tcu, step.address, step.data, step.enables, cycle)
      return undefined
    case commitCodes.externalRead:
      return applyExternalRead(tcu, step, cycle)
    case commitCodes.externalWrite:
      return applyExternalWrite(tcu, step, cycle)
    case commitCodes.commandChecked:
      return applyChecked(tcu, step, cycle)
    case commitCodes.commandFinished:
      return applyFinished(tcu, step, cycle)
    case commitCodes.messageBegun:
      return applyMessageBegun(tcu, step, cycle)
    case commitCodes.messageEnded:
      return applyMessageEnded(tcu, step, cycle)
    case commitCodes.externalDone:
      return applyExternalDone(tcu, step)
    case commitCodes.printBegun:
    case commitCodes.printWord:
    case commitCodes.printEnded:
      return applyPrint(tcu, step, cycle)
    default:
      return applyPrivileged(tcu, step, cycle)
  }
}

const ofPackets: readonly number[] = [commitCodes.externalRead, commitCodes.externalWrite, commitCodes.messageBegun]

const refuseQuiet = (tcu: TcuState, cycle: number): Refusal | undefined =>
  cycle < tcu.quietUntil
    ? refuse('no step', `the TCU was reset in cycle ${tcu.resetCycle} and does nothing for 16 cycles`, 'tcu.md 6.4')
    : undefined

const named: Readonly<Record<number, readonly (keyof CommitFields)[]>> = {
  [commitCodes.coreRead]: ['address', 'data'],
  [commitCodes.coreWrite]: ['address', 'data', 'enables'],
  [commitCodes.externalRead]: ['address', 'data'],
  [commitCodes.externalWrite]: ['address', 'data', 'enables'],
  [commitCodes.commandChecked]: ['error'],
  [commitCodes.commandFinished]: ['error'],
  [commitCodes.messageBegun]: ['ep', 'error', 'data'],
  [commitCodes.messageEnded]: ['error'],
  [commitCodes.externalDone]: ['data'],
  [commitCodes.printBegun]: [],
  [commitCodes.printWord]: ['ep'],
  [commitCodes.printEnded]: [],
  [commitCodes.abortRaised]: [],
  [commitCodes.privilegedDone]: ['ep', 'data'],
  [commitCodes.timerExpired]: [],
  [commitCodes.coreRequestRaised]: ['data'],
  [commitCodes.coreRequestDone]: [],
  [commitCodes.pmpChecked]: ['ep', 'error', 'data'],
}
/** Per kind, whether error, ep, address, enables and data are named; others are 0. */
const allowances = Array.from({ length: 2 ** commitKinds.bits }, (_, kind) => {
  const names = named[kind]
  return (
    names && {
      error: names.includes('error'),
      ep: names.includes('ep'),
      address: names.includes('address'),
      enables: names.includes('enables'),
      data: names.includes('data'),
    }
  )
})

const checkUnnamed = (step: Step): Refusal | undefined => {
  const allowed = allowances[step.kind]
  if (allowed === undefined) return refuse('a kind of step', `there is no kind ${step.kind}`, 'commit.ts')
  if (
    (allowed.error || step.error === 0) &&
    (allowed.ep || step.ep === 0) &&
    (allowed.address || step.address === 0) &&
    (allowed.enables || step.enables === 0) &&
    (allowed.data || step.data === 0n)
  )
    return undefined
  return refuse('0 in fields that the step does not name', 'fields that a step does not name are 0', 'commit.ts')
}

const applyRead = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  if (mayRead(tcu, step.address, step.data, cycle)) return undefined
  return refuse(hex(readRegister(tcu, step.address, cycle)), 'the core reads what the register holds', 'tcu.md 2.3')
}

const applyExternalRead = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  const packet = registerAccess(tcu)
  if (packet?.kind !== 'registerRead') return refuse('no register read', notAtFront, 'tcu.md 6.1')
  const offset = accessOffset(packet)
  if (step.address - (step.address % 8) !== offset)
    return refuse(`the register at ${hex(offset)}`, 'the packet names another register', 'tcu.md 6.1')
  if (!mayRead(tcu, offset, step.data, cycle))
    return refuse(hex(readRegister(tcu, offset, cycle)), 'the packet reads what the register holds', 'tcu.md 6.1')
  externalRead(tcu, step.data)
  return undefined
}

const notAtFront = 'no such request is at the front of the request stream, with everything before it done'

const applyExternalWrite = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  const packet = registerAccess(tcu)
  if (packet?.kind !== 'registerWrite') return refuse('no register write', notAtFront, 'tcu.md 6.1')
  const offset = accessOffset(packet)
  if (step.address - (step.address % 8) !== offset)
    return refuse(`the register at ${hex(offset)}`, 'the packet names another register', 'tcu.md 6.1')
  const enables = accessEnables(packet)
  const data = accessData(packet)
  if (step.enables !== enables || ((step.data ^ data) & byteMask(enables)) !== 0n)
    return refuse(
      `data ${hex(data & byteMask(enables))}, enables ${hex(enables)}`,
      "the packet's lanes move to those of the register",
      'tcu.md DEV-17',
    )
  performWrite(tcu, cycle)
  return undefined
}

const applyChecked = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  if (!mayCheck(tcu)) return refuse('no checks', 'no command was started whose checks are due', 'tcu.md 2.5')
  const op = tcu.running?.op ?? 0
  const error = commandChecked(tcu, cycle)
  if (error === step.error) return undefined
  return refuse(errorName(error), `the checks of opcode ${op} in their order give another result`, 'tcu.md 8.2')
}

const applyFinished = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  const refusal = refuseFinish(tcu, step.error, cycle)
  if (refusal === undefined) commandFinished(tcu, step.error)
  return refusal
}

const applyMessageBegun = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  const packet = messageToBegin(tcu)
  if (packet === undefined) return refuse('no message', notAtFront, 'tcu.md 7.6')
  if (step.ep !== messageEp(packet))
    return refuse(`endpoint ${messageEp(packet)}`, 'the message names another endpoint', 'tcu.md 7.6')
  const error = messageBegun(tcu, packet, cycle)
  if (error !== step.error) return refuse(errorName(error), 'the checks of the reception in their order', 'tcu.md 7.6')
  const slot = error === 0 ? BigInt((tcu.reception as Reception).slot) : 0n
  if (step.data === slot) return undefined
  return refuse(error === 0 ? `slot ${slot}` : 'no slot', 'the first free slot at or after wpos is taken', 'tcu.md 7.6')
}

const applyMessageEnded = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  const error =
    step.error === errorCodes.TIMEOUT_NOC && messageMayBeOver(tcu, cycle) ? step.error : messageEndError(tcu)
  if (error < 0) return refuse('no end of a reception', 'no message was begun whose bytes are all stored', 'tcu.md 7.6')
  if (error !== step.error) return refuse(errorName(error), 'the reception ends with another code', 'tcu.md 7.6')
  messageEnded(tcu, error, cycle)
  return undefined
}

const applyExternalDone = (tcu: TcuState, step: Step): Refusal | undefined => {
  if (tcu.external === undefined) return refuse('no external command', 'no external command was started', 'tcu.md 2.5')
  const value = externalDone(tcu)
  if (value === step.data) return undefined
  return refuse(`EXT_CMD ${hex(value)}`, 'the external command has another result', 'tcu.md 6.3')
}

const applyPrint = (tcu: TcuState, step: Step, cycle: number): Refusal | undefined => {
  const { printing } = tcu
  switch (step.kind) {
    case commitCodes.printBegun:
      if (!mayPrint(tcu)) return refuse('no print', 'PRINT is 0, or a print is at work already', 'tcu.md 4.9')
      printBegun(tcu, cycle)
      return undefined
    case commitCodes.printWord:
      if (printing === undefined) return refuse('no print', 'no print is at work', 'tcu.md 4.9')
      if (step.ep !== printing.words.length || step.ep >= readableWords(printing))
        return refuse(
          `word ${printing.words.length} of ${readableWords(printing)}`,
          'words are read in order',
          'tcu.md 4.9',
        )
      printWord(tcu)
      return undefined
    default:
      if (printing === undefined || !printSent(printing))
        return refuse('no end of a print', 'no print is at work whose packet has left', 'tcu.md 4.9')
      printEnded(tcu)
      return undefined
  }
}
