/** The local buffer of a command: page, translation, register window, local memory. TCU section 4.1. */
import { errorCodes, pageOrder, registerWindow } from '#layout'
import { comparedActivity } from './activities.ts'
import { usesVirtualMemory } from './tcu-choice.ts'
import type { Command, TcuState } from './tcu-state.ts'

const errors = errorCodes
const pageBytes = 1n << BigInt(pageOrder)
const offsetOf = (address: bigint): bigint => BigInt.asUintN(pageOrder, address)

/** PAGE_BOUNDARY when a virtual buffer crosses a page. */
export const checkPage = (tcu: TcuState, command: Command): number =>
  usesVirtualMemory(tcu) && offsetOf(command.dataAddress) + command.dataSize > pageBytes
    ? errors.PAGE_BOUNDARY
    : errors.NONE

/**
 * Finds out where the buffer lies and keeps that in the command: TRANSLATION_FAULT without an entry that gives
 * `permission`, NO_PERM when it touches the register window (DEV-2); a range that wraps touches it on its way.
 */
export const locate = (tcu: TcuState, command: Command, permission: number): number => {
  const physical = translate(tcu, command.dataAddress, permission)
  if (physical < 0) return errors.TRANSLATION_FAULT
  command.local = physical
  const { dataSize } = command
  return dataSize !== 0n && BigInt(physical) + dataSize > BigInt(registerWindow) ? errors.NO_PERM : errors.NONE
}

/** The physical address, below 0 if there is none; the low 32 bits without virtual memory. */
const translate = (tcu: TcuState, address: bigint, permission: number): number => {
  if (!usesVirtualMemory(tcu)) return Number(BigInt.asUintN(32, address))
  const entry = tcu.tlb.at(tcu.tlb.find(address >> BigInt(pageOrder), comparedActivity(tcu)))
  if (entry === undefined || (entry.flags & permission) === 0) return -1
  return entry.physicalPage * Number(pageBytes) + Number(offsetOf(address))
}

/** TIMEOUT_MEM at once when the buffer is not inside local memory; empty transfers need none. */
export const checkMemory = (tcu: TcuState, command: Command): number =>
  command.dataSize === 0n || tcu.memory.holds(command.local, Number(command.dataSize))
    ? errors.NONE
    : errors.TIMEOUT_MEM
