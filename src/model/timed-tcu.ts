/**
 * What a TCU does in a cycle of the timed model: at most one memory access, one register step, and one flit per class,
 * chosen among the steps that the golden model allows. Turns rotate where two sides compete, so none starves (DEV-21).
 */
import { errorCodes, memoryUsers } from '#layout'
import type { ProbeName } from '#layout'
import {
  accessData,
  accessEnables,
  accessOffset,
  externalRead,
  performWrite,
  registerAccess,
} from './external-access.ts'
import type { Network } from './network.ts'
import { commitCodes, packCommit, packMemory } from './records.ts'
import type { CommitFields } from './records.ts'
import { endReadData, endUnknown, endFront, nextEnd } from './reception-timeout.ts'
import { commandChecked, commandFinished, finishError, mayCheck, mayTimeOut } from './tcu-commands.ts'
import { externalDone } from './tcu-external.ts'
import { cutFlit, cutFlitSent, dueFlit, flitSent, mayTake } from './tcu-inject.ts'
import type { Sender } from './tcu-inject.ts'
import { dueStore, loadLine, packetToStore, storableBytes, storeBytes, storeEnables } from './tcu-memory.ts'
import type { DueStore } from './tcu-memory.ts'
import { mayPrint, neededWords, printBegun, printEnded, printSent, printWord } from './tcu-print.ts'
import type { DueFlit } from './tcu-print.ts'
import {
  messageBegun,
  messageEnded,
  messageEndError,
  messageEp,
  messageMayBeOver,
  messageToBegin,
} from './tcu-receive.ts'
import { coreWrite, readRegister } from './tcu-registers.ts'
import type { Reception, TcuState } from './tcu-state.ts'
import { nextPrivilegedCycle, privilegedStep } from './timed-privileged.ts'

/** Told of every step, if anyone listens. */
export type Report = ((module: number, probe: ProbeName, bits: bigint) => void) | undefined

/** A core's access to a register. */
export type CoreAccess =
  | { readonly kind: 'readRegister'; readonly offset: number }
  | { readonly kind: 'writeRegister'; readonly offset: number; readonly value: bigint; readonly enables: number }

/** Turns of a TCU's arbiters. */
export interface TimedTcu {
  readonly tcu: TcuState
  coreHadLastTurn: boolean
  memoryTurn: number
}

/** Cycles from the start of a command to its checks: the endpoint is read first. */
const checkDelay = 2

const users = memoryUsers.codes
const memoryOrder = [users.receive, users.readData, users.response, users.command]
const store: DueStore = { address: 0, firstLane: 0, bytes: 0, data: 0n }

/** Makes one memory access, if one is due. */
export const memoryStep = (timed: TimedTcu, report: Report): boolean => {
  const { tcu } = timed
  for (let turn = 0; turn < memoryOrder.length; turn++) {
    const user = memoryOrder[(timed.memoryTurn + turn) % memoryOrder.length] as number
    const made =
      user === users.receive || user === users.readData ? makeStore(tcu, user, report) : makeLoad(tcu, user, report)
    if (!made) continue
    timed.memoryTurn = (timed.memoryTurn + turn + 1) % memoryOrder.length
    return true
  }
  return false
}

const makeStore = (tcu: TcuState, user: number, report: Report): boolean => {
  const packet = packetToStore(tcu, user)
  if (packet === undefined || storableBytes(packet) <= 0) return false
  dueStore(packet, 16, store)
  const whole = store.firstLane + store.bytes === 16 || packet.stored + store.bytes === packet.bytes
  if (!whole && !packet.complete) return false
  if (report !== undefined) {
    const bits = packMemory({
      user,
      store: 1,
      address: store.address,
      enables: storeEnables(store),
      data: store.data,
    })
    report(tcu.index, 'memory', bits)
  }
  storeBytes(tcu, user, packet, store)
  return true
}

const makeLoad = (tcu: TcuState, user: number, report: Report): boolean => {
  const transfer = user === users.command ? tcu.running?.transfer : tcu.unloaded.front
  const address = transfer?.wantedLine ?? -1
  if (address < 0) return false
  report?.(tcu.index, 'memory', packMemory({ user, store: 0, address, enables: 0xffff, data: 0n }))
  return loadLine(tcu, user, address)
}

const due: DueFlit = { flit: 0n, mask: 0n }
const senders: readonly (readonly Sender[])[] = [
  ['command', 'print'],
  ['acknowledgement', 'response'],
]

/** Injects one flit of a class, if one is due. */
export const injectStep = (tcu: TcuState, cls: 0 | 1, network: Network, cycle: number, report: Report): boolean => {
  const cut = cutFlit(tcu, cls)
  if (cut !== undefined) {
    report?.(tcu.index, cls === 0 ? 'inject0' : 'inject1', cut)
    network.inject(tcu.index, cls, cut, cycle)
    return cutFlitSent(tcu, cls, cut, cycle)
  }
  for (const sender of senders[cls] as readonly Sender[]) {
    // a request that is not on its way when its READ is asked to stop stays here
    if (sender === 'command' && tcu.running?.aborted && tcu.running.request !== undefined) continue
    if (!mayTake(tcu, sender) || !dueFlit(tcu, sender, due)) continue
    const { flit } = due
    if (!network.mayInject(tcu.index, cls, flit, cycle)) continue
    report?.(tcu.index, cls === 0 ? 'inject0' : 'inject1', flit)
    network.inject(tcu.index, cls, flit, cycle)
    flitSent(tcu, sender, cycle)
    return true
  }
  return false
}

/** What a register step of the core gave: the value that it read, or 0 for a write. */
export interface CoreResult {
  served: boolean
  value: bigint
}

/** Makes one register step: the core's, if it has an access, or one of the TCU's own. */
export const commitStep = (
  timed: TimedTcu,
  access: CoreAccess | undefined,
  result: CoreResult,
  cycle: number,
  report: Report,
): boolean => {
  result.served = false
  if (cycle < timed.tcu.quietUntil) return false
  const coreFirst = access !== undefined && !timed.coreHadLastTurn
  if (!coreFirst && ownStep(timed.tcu, cycle, report)) {
    timed.coreHadLastTurn = false
    return true
  }
  if (access === undefined) return false
  coreStep(timed.tcu, access, result, cycle, report)
  timed.coreHadLastTurn = true
  return true
}

const coreStep = (tcu: TcuState, access: CoreAccess, result: CoreResult, cycle: number, report: Report): void => {
  result.served = true
  const address = access.offset
  if (access.kind === 'readRegister') {
    result.value = readRegister(tcu, address, cycle)
    report?.(tcu.index, 'commit', packCommit({ kind: commitCodes.coreRead, address, data: result.value }))
    return
  }
  const { value: data, enables } = access
  report?.(tcu.index, 'commit', packCommit({ kind: commitCodes.coreWrite, address, enables, data }))
  coreWrite(tcu, address, data, enables, cycle)
}

const ownStep = (tcu: TcuState, cycle: number, report: Report): boolean => {
  const step = tcu.hasCommands ? privilegedStep(tcu, cycle) : undefined
  return step === undefined ? otherStep(tcu, cycle, report) : tell(tcu, report, step)
}

const otherStep = (tcu: TcuState, cycle: number, report: Report): boolean =>
  receiveStep(tcu, cycle, report) || commandStep(tcu, cycle, report) || printStep(tcu, cycle, report)

type Fields = Partial<CommitFields> & { readonly kind: number }

const tell = (tcu: TcuState, report: Report, fields: Fields): true => {
  report?.(tcu.index, 'commit', packCommit(fields))
  return true
}

const receiveStep = (tcu: TcuState, cycle: number, report: Report): boolean => {
  if (tcu.choice.receiveTimeoutCycles > 0) endOverdue(tcu, cycle)
  const access = registerAccess(tcu)
  if (access?.kind === 'registerRead') {
    const address = accessOffset(access)
    const data = readRegister(tcu, address, cycle)
    externalRead(tcu, data)
    return tell(tcu, report, { kind: commitCodes.externalRead, address, data })
  }
  if (access?.kind === 'registerWrite') {
    const fields = { address: accessOffset(access), enables: accessEnables(access), data: accessData(access) }
    performWrite(tcu, cycle)
    return tell(tcu, report, { kind: commitCodes.externalWrite, ...fields })
  }
  const over = tcu.choice.receiveTimeoutCycles > 0 && messageMayBeOver(tcu, cycle)
  const ended = over ? errorCodes.TIMEOUT_NOC : messageEndError(tcu)
  if (ended >= 0) {
    messageEnded(tcu, ended, cycle)
    return tell(tcu, report, { kind: commitCodes.messageEnded, error: ended })
  }
  const message = messageToBegin(tcu)
  if (message !== undefined) {
    const ep = messageEp(message)
    const error = messageBegun(tcu, message, cycle)
    const data = error === 0 ? BigInt((tcu.reception as Reception).slot) : 0n
    return tell(tcu, report, { kind: commitCodes.messageBegun, error, ep, data })
  }
  if (tcu.external === undefined) return false
  return tell(tcu, report, { kind: commitCodes.externalDone, data: externalDone(tcu) })
}

/** Ends packets whose next flit did not come in time; those that are no messages end without a step. */
const endOverdue = (tcu: TcuState, cycle: number): void => {
  endFront(tcu, cycle)
  endUnknown(tcu, cycle)
  endReadData(tcu, cycle)
}

const commandStep = (tcu: TcuState, cycle: number, report: Report): boolean => {
  const command = tcu.running
  if (command === undefined) return false
  if (mayCheck(tcu)) {
    if (cycle < command.started + checkDelay) return false
    return tell(tcu, report, { kind: commitCodes.commandChecked, error: commandChecked(tcu, cycle) })
  }
  const finished = finishError(tcu)
  const error = finished < 0 && mayTimeOut(tcu, cycle) ? errorCodes.TIMEOUT_NOC : finished
  if (error < 0) return false
  commandFinished(tcu, error)
  return tell(tcu, report, { kind: commitCodes.commandFinished, error })
}

const printStep = (tcu: TcuState, cycle: number, report: Report): boolean => {
  if (mayPrint(tcu)) {
    printBegun(tcu, cycle)
    return tell(tcu, report, { kind: commitCodes.printBegun })
  }
  const { printing } = tcu
  if (printing === undefined) return false
  if (printing.words.length < neededWords(printing)) {
    const ep = printing.words.length
    printWord(tcu)
    return tell(tcu, report, { kind: commitCodes.printWord, ep })
  }
  if (!printSent(printing)) return false
  printEnded(tcu)
  return tell(tcu, report, { kind: commitCodes.printEnded })
}

/** Next cycle in which time alone makes a step possible; infinite when there is none. */
export const nextOwnCycle = (tcu: TcuState, cycle: number): number =>
  cycle < tcu.quietUntil ? tcu.quietUntil : Math.min(nextCommandCycle(tcu), nextPrivilegedCycle(tcu), nextEnd(tcu))

const nextCommandCycle = (tcu: TcuState): number => {
  const command = tcu.running
  if (command === undefined) return Infinity
  if (!command.checked) return command.started + checkDelay
  return tcu.sendTimeoutCycles === 0 ? Infinity : command.progress + tcu.sendTimeoutCycles
}
