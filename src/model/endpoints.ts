/** Endpoints as the checks see them: typed reads and bit-granular writes of the three words. TCU section 3. */
import {
  endpointTypes,
  endpointWord0,
  largestSlotsOrder,
  memoryWord0,
  receiveWord0,
  sendWord0,
  sendWord1,
} from '#layout'
import { fieldMask, fieldWriter, numberReader } from './bits.ts'
import type { TcuState } from './tcu-state.ts'

const typeIn = numberReader(endpointWord0, 'type')
const typeBits = fieldMask(endpointWord0, 'type')

/** Word `word` of endpoint `ep`, which must exist. */
export const epWord = (tcu: TcuState, ep: number, word: 0 | 1 | 2): bigint => tcu.eps[3 * ep + word] as bigint

/** Type of an endpoint; any id without an endpoint is invalid (DEV-1). */
export const epType = (tcu: TcuState, ep: number): number =>
  ep < tcu.choice.endpoints ? typeIn(epWord(tcu, ep, 0)) : endpointTypes.invalid

/** Owner activity, any type. */
export const epAct = numberReader(endpointWord0, 'act')

export const creditsOf = numberReader(sendWord0, 'credits')
export const maxCreditsOf = numberReader(sendWord0, 'maxCredits')
export const messageOrderOf = numberReader(sendWord0, 'messageOrder')
export const creditEpOf = numberReader(sendWord0, 'creditEp')
export const isReplyEp = numberReader(sendWord0, 'reply')
export const withCredits = fieldWriter(sendWord0, 'credits')

const targetEpIn = numberReader(sendWord1, 'ep')
const targetTileIn = numberReader(sendWord1, 'tile')
const targetChipIn = numberReader(sendWord1, 'chip')
/** Receive endpoint that a send endpoint's word 1 names. */
export const targetEpOf = targetEpIn
/** NoC id that a send endpoint's word 1 names. */
export const sendTargetOf = (word1: bigint): number => (targetChipIn(word1) << 8) | targetTileIn(word1)

const slotsOrderIn = numberReader(receiveWord0, 'slotsOrder')
export const slotOrderOf = numberReader(receiveWord0, 'slotOrder')
export const replyEpsOf = numberReader(receiveWord0, 'replyEps')
export const writePositionOf = numberReader(receiveWord0, 'writePosition')
export const readPositionOf = numberReader(receiveWord0, 'readPosition')
export const withWritePosition = fieldWriter(receiveWord0, 'writePosition')
export const withReadPosition = fieldWriter(receiveWord0, 'readPosition')
/** Number of slots; orders above 5 count as 5 everywhere (DEV-9). */
export const slotsOf = (word0: bigint): number => 1 << Math.min(slotsOrderIn(word0), largestSlotsOrder)

/** Masks of a receive endpoint's word 2. */
export const occupiedOf = (word2: bigint): number => Number(word2 & 0xffff_ffffn)
export const unreadOf = (word2: bigint): number => Number(word2 >> 32n)

export const permissionsOf = numberReader(memoryWord0, 'permissions')
const memoryTileIn = numberReader(memoryWord0, 'tile')
const memoryChipIn = numberReader(memoryWord0, 'chip')
/** NoC id that a memory endpoint names. */
export const memoryTargetOf = (word0: bigint): number => (memoryChipIn(word0) << 8) | memoryTileIn(word0)

/** Makes an endpoint invalid: only the type changes, the other bits stay. TCU sections 4.4 and 6.3. */
export const invalidate = (tcu: TcuState, ep: number): void => {
  tcu.eps[3 * ep] = epWord(tcu, ep, 0) & ~typeBits
}

/** Clears slot `slot` in both masks of a receive endpoint, bit by bit (A4). */
export const freeSlot = (tcu: TcuState, ep: number, slot: number): void => {
  const bits = (1n << BigInt(slot)) | (1n << BigInt(slot + 32))
  tcu.eps[3 * ep + 2] = epWord(tcu, ep, 2) & ~bits
}

/**
 * First slot at or after `position` whose bit in `mask` is set, wrapping at `slots`; each is examined once (DEV-6).
 * Below 0 when there is none.
 */
export const findSlot = (mask: number, slots: number, position: number): number => {
  let slot = position >= slots ? 0 : position
  for (let examined = 0; examined < slots; examined++) {
    if ((mask >>> slot) & 1) return slot
    slot = slot + 1 === slots ? 0 : slot + 1
  }
  return -1
}
