/** The accesses of a TCU to its local memory, one line each. TCU sections 7.3 to 7.6. */
import { lineBytes, memoryUsers } from '#layout'
import { laneMask } from './bits.ts'
import type { Incoming } from './incoming.ts'
import { lineOf } from './memory.ts'
import { isStorable, settle } from './tcu-answers.ts'
import type { TcuState } from './tcu-state.ts'

const { codes } = memoryUsers

/** Takes a snapshot of a line for the command or the answer that wants it; false when no one does. */
export const loadLine = (tcu: TcuState, user: number, address: number): boolean => {
  const line = tcu.memory.loadLine(address)
  if (user === codes.command) return tcu.running?.transfer?.load(address, line) ?? false
  return user === codes.response && loadForResponse(tcu, address, line)
}

/** Two single flits out of one line may load it once or twice; which of both a TCU does is learnt. */
const loadForResponse = (tcu: TcuState, address: number, line: bigint): boolean => {
  const next = tcu.unloaded.front
  if (next?.wantedLine === address && !(tcu.reloads && tcu.lastLoaded?.load(address, line) === true)) {
    next.load(address, line)
    if (next.loaded) tcu.lastLoaded = tcu.unloaded.shift()
    return true
  }
  if (next?.wantedLine === address) return true
  tcu.reloads = tcu.lastLoaded?.load(address, line) ?? false
  return tcu.reloads
}

/** The packet whose bytes `user` stores next, if it may store now. */
export const packetToStore = (tcu: TcuState, user: number): Incoming | undefined => {
  if (user === codes.readData) return tcu.readData.front
  const packet = tcu.requests.front
  if (user !== codes.receive || packet === undefined) return undefined
  if (packet.kind === 'message') return tcu.reception === undefined ? undefined : packet
  // a write waits until earlier reads have seen the old bytes: NoC section 7.2
  return packet.kind === 'memoryWrite' && tcu.unloaded.length === 0 && isStorable(tcu, packet) ? packet : undefined
}

/** Number of bytes of a packet that have arrived, are wanted, and are not stored. */
export const storableBytes = (packet: Incoming): number =>
  Math.min(packet.arrived, packet.bytes, packet.kept) - packet.stored

/** The line, lanes and data that a store of the next `bytes` bytes of a packet has. */
export interface DueStore {
  address: number
  firstLane: number
  bytes: number
  data: bigint
}

const scratch = new Uint8Array(lineBytes)
const scratchWords = new BigUint64Array(scratch.buffer)

/** Fills in the store of the next bytes of a packet up to the end of their line, at most `limit`. */
export const dueStore = (packet: Incoming, limit: number, due: DueStore): void => {
  const at = packet.to + packet.stored
  const lane = at % lineBytes
  const bytes = Math.min(storableBytes(packet), lineBytes - lane, limit)
  const from = packet.first + packet.stored
  scratch.fill(0)
  for (let byte = 0; byte < bytes; byte++) scratch[lane + byte] = packet.data[from + byte] as number
  due.address = lineOf(at)
  due.firstLane = lane
  due.bytes = bytes
  due.data = ((scratchWords[1] as bigint) << 64n) | (scratchWords[0] as bigint)
}

/** Lanes of a store, as a mask of the line. */
export const storeMask = (due: DueStore): bigint => laneMask(due.firstLane, due.firstLane + due.bytes - 1)

/** Byte enables of a store. */
export const storeEnables = (due: DueStore): number => ((1 << due.bytes) - 1) << due.firstLane

/** Carries a store out. */
export const storeBytes = (tcu: TcuState, user: number, packet: Incoming, due: DueStore): void => {
  const from = packet.first + packet.stored
  const to = due.address + due.firstLane - tcu.memory.base
  const memory = tcu.memory.bytes
  for (let byte = 0; byte < due.bytes; byte++) memory[to + byte] = packet.data[from + byte] as number
  packet.stored += due.bytes
  if (user === codes.readData) {
    if (tcu.running) tcu.running.stored += due.bytes
    if (packet.complete && packet.stored === packet.bytes) tcu.readData.shift()
  } else {
    settle(tcu)
  }
}
