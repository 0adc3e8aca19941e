/** PMP: endpoints 0 to 3 decide which memory the core reaches past the commands. TCU section 5.7, as pure functions. */
import {
  burstLengthBits,
  endpointTypes,
  endpointWord0,
  errorCodes,
  headFlit,
  lineBytes,
  memoryPermissions,
  modes,
  pmpBase,
  pmpWindowOrder,
  readRequest,
  withField,
} from '#layout'
import { numberReader } from './bits.ts'
import { memoryTargetOf, permissionsOf } from './endpoints.ts'
import { answerFlit, flitAddress, flitBurst, flitData0, flitMode, flitSelect } from './flits.ts'

const typeOf = numberReader(endpointWord0, 'type')
const sizeOf = numberReader(readRequest, 'size')

/** What a packet of the core wants. */
export interface CoreRequest {
  /** Address as the core sees it. */
  readonly address: number
  readonly bytes: number
  readonly write: boolean
}

/** The request that a head makes; nothing for modes that a core bridge does not send: they are dropped and counted. */
export const coreRequestOf = (head: bigint): CoreRequest | undefined => {
  const address = flitAddress(head)
  switch (flitMode(head)) {
    case modes.READ_REQ_2:
      return { address, bytes: sizeOf(flitData0(head)), write: false }
    case modes.WRITE_POSTED_2:
      return { address, bytes: writtenBytes(head), write: true }
    default:
      return undefined
  }
}

const writtenBytes = (head: bigint): number => {
  const select = flitSelect(head)
  if (!flitBurst(head)) return [...select.toString(2)].filter((bit) => bit === '1').length
  const lines = Number(BigInt.asUintN(burstLengthBits, flitData0(head)))
  return lineBytes * lines - (15 - (select & 15)) - (15 - (select >> 4))
}

/** The endpoint that covers an address of the core, and the offset into it. */
export const coveredBy = (address: number): { readonly ep: number; readonly offset: number } => {
  const distance = (address - pmpBase + 2 ** 32) % 2 ** 32
  const window = 2 ** pmpWindowOrder
  return { ep: Math.floor(distance / window), offset: distance % window }
}

/** The three words of an endpoint. */
export type PmpWords = readonly [bigint, bigint, bigint]

/** Result of the checks in their order; the activity of the endpoint does not matter. */
export const checkPmp = ([word0, , size]: PmpWords, { address, bytes, write }: CoreRequest): number => {
  const { offset } = coveredBy(address)
  if (typeOf(word0) !== endpointTypes.memory) return errorCodes.NO_MEP
  const permission = write ? memoryPermissions.write : memoryPermissions.read
  if ((permissionsOf(word0) & permission) === 0) return errorCodes.NO_PERM
  return BigInt(offset) + BigInt(bytes) > size ? errorCodes.OUT_OF_BOUNDS : errorCodes.NONE
}

/** Where a request that passed goes. */
export const destinationOf = (
  [word0, word1]: PmpWords,
  { address }: CoreRequest,
): { readonly target: number; readonly address: number } => ({
  target: memoryTargetOf(word0),
  address: Number(BigInt.asUintN(32, word1 + BigInt(coveredBy(address).offset))),
})

/** The head of a packet that passed, as it leaves on class 2: ids and address are replaced, nothing else. */
export const passedHead = (own: number, words: PmpWords, head: bigint, request: CoreRequest): bigint => {
  const { target, address } = destinationOf(words, request)
  const ids = { sourceChip: own >> 8, sourceMod: own & 0xff, targetChip: target >> 8, targetMod: target & 0xff }
  return Object.entries({ ...ids, address }).reduce(
    (flit, [name, value]) => withField(headFlit, name as keyof typeof headFlit.fields, flit, value as never),
    head,
  )
}

/** What the core bridge gets in place of data that it may not read: the code of the error (DEV-15). */
export const failedRead = (own: number, { address }: CoreRequest, error: number): bigint =>
  answerFlit(own, own, modes.ERROR, address, BigInt(error))
