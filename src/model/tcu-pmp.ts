/**
 * PMP in a tile: the step of the check, and the packet that leaves after it. The model does not see what the core bridge
 * asks; it checks what hardware says of a packet against the endpoint, and what leaves against what was checked. TCU 5.7.
 */
import { endpointTypes, errorCodes, errorName, memoryPermissions } from '#layout'
import { hex } from './bits.ts'
import { pmpFailure } from './core-requests.ts'
import { epType, epWord, permissionsOf } from './endpoints.ts'
import { flitAddress, flitTarget } from './flits.ts'
import { checkPmp, coreRequestOf, coveredBy, destinationOf } from './pmp.ts'
import type { PmpWords } from './pmp.ts'
import type { CommitFields } from './records.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { obeysPrivileged } from './tcu-choice.ts'
import type { TcuState } from './tcu-state.ts'

/** A packet that passed and has not begun to leave. */
export interface PassedPacket {
  readonly words: PmpWords
  /** As the core sees it. */
  readonly address: number
}

const { read, write } = memoryPermissions

/** Applies the check of a packet of the core. */
export const applyPmpChecked = (tcu: TcuState, step: Readonly<CommitFields>): Refusal | undefined => {
  if (!tcu.choice.pmp) return refuse('no check', 'this TCU was built without PMP', 'tcu.md 5.7')
  const address = Number(BigInt.asUintN(32, step.data))
  const { ep } = coveredBy(address)
  if (BigInt(address) !== step.data || step.ep !== ep)
    return refuse(`endpoint ${ep}`, 'each endpoint covers 1 GiB of the 32-bit addresses of the core', 'tcu.md 5.7')
  const possible = possibleErrors(tcu, ep)
  if (!possible.includes(step.error))
    return refuse(possible.map(errorName).join(' or '), 'the checks of the endpoint in their order', 'tcu.md 5.7')
  if (step.error === errorCodes.NONE) {
    tcu.passed.push({ words: [epWord(tcu, ep, 0), epWord(tcu, ep, 1), epWord(tcu, ep, 2)], address })
    return undefined
  }
  if (!obeysPrivileged(tcu) || tcu.privilegedControl === 0) return undefined
  if (tcu.coreRequests.full)
    return refuse('no check', 'a failing access waits for a place among the requests to the core', 'tcu.md 5.5')
  const isWrite = writeOf(tcu, ep, step.error)
  tcu.coreRequests.push(pmpFailure(address, step.error, isWrite === true), isWrite === undefined ? writeBit : 0n)
  return undefined
}

/** Codes that some access through an endpoint can give. */
const possibleErrors = (tcu: TcuState, ep: number): readonly number[] => {
  if (epType(tcu, ep) !== endpointTypes.memory) return [errorCodes.NO_MEP]
  const permissions = permissionsOf(epWord(tcu, ep, 0)) & (read | write)
  const passes = permissions === 0 ? [] : [errorCodes.NONE, errorCodes.OUT_OF_BOUNDS]
  return permissions === (read | write) ? passes : [errorCodes.NO_PERM, ...passes]
}

const writeBit = pmpFailure(0, 0, true) ^ pmpFailure(0, 0, false)

/** Whether a failed access was a write, if that follows from the error and what the endpoint permits. */
const writeOf = (tcu: TcuState, ep: number, error: number): boolean | undefined => {
  const permissions = permissionsOf(epWord(tcu, ep, 0)) & (read | write)
  if (error === errorCodes.NO_MEP || permissions === 0 || permissions === (read | write)) return undefined
  return (error === errorCodes.NO_PERM) === (permissions === read)
}

/** Why a packet may not begin to leave on class 2, if so. */
export const refusePassed = (tcu: TcuState, head: bigint, cycle: number): Refusal | undefined => {
  const packet = tcu.passed.shift()
  if (packet === undefined)
    return cycle === tcu.resetCycle
      ? undefined
      : refuse('no packet of the core', 'no packet was checked that has not left', 'tcu.md 5.7')
  const request = coreRequestOf(head)
  if (request === undefined) return refuse('mode 5 or 7', 'cores ask and write, nothing else passes', 'tcu.md 5.7')
  const meant = { ...request, address: packet.address }
  const error = checkPmp(packet.words, meant)
  if (error !== errorCodes.NONE)
    return refuse(errorName(error), 'the packet that leaves does not pass the checks that it was said to', 'tcu.md 5.7')
  const { target, address } = destinationOf(packet.words, meant)
  if (flitTarget(head) === target && flitAddress(head) === address) return undefined
  return refuse(`${hex(address)} of ${hex(target)}`, 'the endpoint says where the packet goes', 'tcu.md 5.7')
}
