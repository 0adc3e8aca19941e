/** Flits as the model reads and makes them. TCU section 7.2, NoC sections 2.2 and 2.3. */
import { bodyFlit, headFlit } from '#layout'
import { fieldMask, laneMask, numberReader, ones } from './bits.ts'

const burstOf = numberReader(headFlit, 'burst')
const sourceModOf = numberReader(headFlit, 'sourceMod')
const sourceChipOf = numberReader(headFlit, 'sourceChip')
const targetModOf = numberReader(headFlit, 'targetMod')
const targetChipOf = numberReader(headFlit, 'targetChip')

/** Whether more flits of the packet follow; heads, bodies and tails have the flag at the same place. */
export const flitBurst = (flit: bigint): boolean => burstOf(flit) === 1
/** Byte selection of a head. */
export const flitSelect = numberReader(headFlit, 'bsel')
export const flitMode = numberReader(headFlit, 'mode')
export const flitAddress = numberReader(headFlit, 'address')
export const flitData0 = (flit: bigint): bigint => BigInt.asUintN(64, flit)
/** NoC id, `chip << 8 | mod`, of the sender. */
export const flitSource = (flit: bigint): number => (sourceChipOf(flit) << 8) | sourceModOf(flit)
/** NoC id of the target. */
export const flitTarget = (flit: bigint): number => (targetChipOf(flit) << 8) | targetModOf(flit)

/** Where the network interface stamps the source ids: what a TCU puts there is open. NoC section 10.5. */
export const sourceBits = fieldMask(headFlit, 'sourceMod') | fieldMask(headFlit, 'sourceChip')
/** Everything of a head but the source ids. */
export const headWithoutSource = ones(headFlit.bits) & ~sourceBits

const burstAt = BigInt(headFlit.lsb.burst)
const selectAt = BigInt(headFlit.lsb.bsel)
const sourceModAt = BigInt(headFlit.lsb.sourceMod)
const sourceChipAt = BigInt(headFlit.lsb.sourceChip)
const targetModAt = BigInt(headFlit.lsb.targetMod)
const targetChipAt = BigInt(headFlit.lsb.targetChip)
const modeAt = BigInt(headFlit.lsb.mode)
const addressAt = BigInt(headFlit.lsb.address)

/** Source ids in place. */
export const stamp = (id: number): bigint =>
  (BigInt(id & 0xff) << sourceModAt) | (BigInt((id >> 8) & 0x3f) << sourceChipAt)

/** What makes up a head. */
export interface Head {
  readonly burst: boolean
  readonly select: number
  readonly source: number
  readonly target: number
  readonly mode: number
  readonly address: number
  readonly data0: bigint
}

/** Packs a head; `arq` is 0 on chip. NoC section 6.2. */
export const makeHead = (head: Head): bigint =>
  (head.burst ? 1n << burstAt : 0n) |
  (BigInt(head.select) << selectAt) |
  stamp(head.source) |
  (BigInt(head.target & 0xff) << targetModAt) |
  (BigInt((head.target >> 8) & 0x3f) << targetChipAt) |
  (BigInt(head.mode) << modeAt) |
  (BigInt(head.address) << addressAt) |
  head.data0

const bodyMore = (1n << burstAt) | (0xffn << selectAt)
const bodyLast = 0xffn << selectAt
/** Of a body flit, everything but its data. */
export const bodyControl = ones(bodyFlit.bits) & ~ones(128)

/** Packs a body flit, or the tail, with a full byte selection. */
export const makeBody = (line: bigint, last: boolean): bigint => (last ? bodyLast : bodyMore) | line

/** Packs a body flit that is not valid: the sender aborted. TCU section 7.3. */
export const cutBody = (last: boolean): bigint => (last ? 0n : 1n << burstAt)

/** What is specified of a body flit whose lanes `first` to `last` carry data. */
export const bodyMask = (first: number, last: number): bigint => bodyControl | laneMask(first, last)

/** What is specified of a single-flit packet with data: the lanes that `select` names. TCU section 7.3. */
export const singleMask = (select: number): bigint => singleMasks[select] as bigint

const singleMasks: readonly bigint[] = Array.from({ length: 256 }, (_, select) => {
  let lanes = 0n
  for (let lane = 0; lane < 8; lane++) if ((select >> lane) & 1) lanes |= 0xffn << BigInt(8 * lane)
  return (headWithoutSource & ~ones(64)) | lanes
})

/** A single-flit answer. TCU sections 7.4 and 7.7. */
export const answerFlit = (own: number, target: number, mode: number, address: number, data0: bigint): bigint =>
  makeHead({ burst: false, select: 0xff, source: own, target, mode, address, data0 })
