/** Register accesses from the network: lanes moved to the register, whatever they were at the sender. TCU 6.1, DEV-17. */
import { registerWindow } from '#layout'
import type { Incoming } from './incoming.ts'
import { answerRegisterRead, settle } from './tcu-answers.ts'
import { externalWrite } from './tcu-registers.ts'
import type { TcuState } from './tcu-state.ts'

/** The register access at the front of the requests, if one is there. */
export const registerAccess = (tcu: TcuState): Incoming | undefined => {
  const packet = tcu.requests.front
  return packet?.kind === 'registerRead' || packet?.kind === 'registerWrite' ? packet : undefined
}

/** Offset of the register that an access names, from the start of the window. */
export const accessOffset = (packet: Incoming): number => packet.address - registerWindow - (packet.address % 8)

/** Byte enables of a register write, in the register's lanes. */
export const accessEnables = (packet: Incoming): number => ((1 << packet.bytes) - 1) << (packet.address % 8)

/** Data of a register write, in the register's lanes. */
export const accessData = (packet: Incoming): bigint =>
  BigInt.asUintN(64, (packet.data0 >> BigInt(8 * packet.first)) << BigInt(8 * (packet.address % 8)))

/** Performs the register read at the front; it is answered with `value`. */
export const externalRead = (tcu: TcuState, value: bigint): void => {
  const packet = tcu.requests.shift() as Incoming
  tcu.drops.prove()
  answerRegisterRead(tcu, packet, value)
  settle(tcu)
}

/** Performs the register write at the front. */
export const performWrite = (tcu: TcuState, cycle: number): void => {
  const packet = tcu.requests.shift() as Incoming
  tcu.drops.prove()
  externalWrite(tcu, accessOffset(packet), accessData(packet), accessEnables(packet), cycle)
  settle(tcu)
}
