/** The records of src/layout/commit.ts as numbers: packed for reports, unpacked for the replay. */
import { commit, commitKinds, memoryAccess } from '#layout'

export const commitCodes = commitKinds.codes

const at = {
  kind: BigInt(commit.lsb.kind),
  error: BigInt(commit.lsb.error),
  ep: BigInt(commit.lsb.ep),
  address: BigInt(commit.lsb.address),
  enables: BigInt(commit.lsb.enables),
}

/** One step of the register unit; fields that it does not name are 0. */
export interface CommitFields {
  kind: number
  error: number
  ep: number
  address: number
  enables: number
  data: bigint
}

/** Packs a step of the register unit. */
export const packCommit = (fields: Partial<CommitFields> & { readonly kind: number }): bigint =>
  (BigInt(fields.kind) << at.kind) |
  (BigInt(fields.error ?? 0) << at.error) |
  (BigInt(fields.ep ?? 0) << at.ep) |
  (BigInt(fields.address ?? 0) << at.address) |
  (BigInt(fields.enables ?? 0) << at.enables) |
  (fields.data ?? 0n)

const dataBits = commit.fields.data.bits
const upperBits = commit.fields.error.bits + commit.fields.kind.bits + commit.fields.ep.bits
const lowerBits = commit.fields.address.bits + commit.fields.enables.bits
const enablesSize = 2 ** commit.fields.enables.bits
const epSize = 2 ** commit.fields.ep.bits
const errorSize = 2 ** commit.fields.error.bits

/** Unpacks a step of the register unit into `into`, which is reused. */
export const unpackCommit = (bits: bigint, into: CommitFields): void => {
  into.data = BigInt.asUintN(dataBits, bits)
  const lower = Number(BigInt.asUintN(lowerBits, bits >> BigInt(dataBits)))
  into.enables = lower % enablesSize
  into.address = (lower - into.enables) / enablesSize
  const upper = Number(BigInt.asUintN(upperBits, bits >> at.ep))
  into.ep = upper % epSize
  const code = (upper - into.ep) / epSize
  into.error = code % errorSize
  into.kind = (code - into.error) / errorSize
}

/** One access of a TCU to its local memory. */
export interface MemoryFields {
  user: number
  store: number
  address: number
  enables: number
  data: bigint
}

const memoryAt = {
  user: BigInt(memoryAccess.lsb.user),
  store: BigInt(memoryAccess.lsb.store),
  address: BigInt(memoryAccess.lsb.address),
  enables: BigInt(memoryAccess.lsb.enables),
}

/** Packs a memory access. */
export const packMemory = (fields: MemoryFields): bigint =>
  (BigInt(fields.user) << memoryAt.user) |
  (BigInt(fields.store) << memoryAt.store) |
  (BigInt(fields.address) << memoryAt.address) |
  (BigInt(fields.enables) << memoryAt.enables) |
  fields.data

const lineSize = memoryAccess.fields.data.bits
const maskSize = 2 ** memoryAccess.fields.enables.bits
const addressSize = 2 ** memoryAccess.fields.address.bits

/** Unpacks a memory access into `into`, which is reused. */
export const unpackMemory = (bits: bigint, into: MemoryFields): void => {
  into.data = BigInt.asUintN(lineSize, bits)
  let rest = Number(bits >> BigInt(lineSize))
  into.enables = rest % maskSize
  rest = (rest - into.enables) / maskSize
  into.address = rest % addressSize
  rest = (rest - into.address) / addressSize
  into.store = rest % 2
  into.user = (rest - into.store) / 2
}
