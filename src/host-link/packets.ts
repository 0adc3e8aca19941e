/** Packets that a host sends and gets. Source: NoC sections 2.2 to 2.6. */
import {
  bodyFlit,
  burstBytes,
  burstSelect,
  decode,
  encode,
  headFlit,
  hostId,
  lineBytes,
  modes,
  type Plain,
  readRequest,
} from '#layout'
import type { Packet } from './link.ts'

/** Id of a module. */
export interface ModuleId {
  readonly chip: number
  readonly mod: number
}

const wordBytes = 8

const numberOf = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)

const bytesOf = (value: bigint, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn))

const head = (target: ModuleId, given: Partial<Plain<typeof headFlit>>): bigint =>
  encode(headFlit, {
    ...{ burst: 0, arq: 0, bsel: 0xff, sourceMod: hostId.mod, sourceChip: hostId.chip },
    ...{ targetMod: target.mod, targetChip: target.chip, mode: 0, address: 0, data0: 0n },
    ...given,
  })

/** A request for `size` bytes at `address`; the answer names `returnAddress`. */
export const readPacket = (target: ModuleId, address: number, size: number, returnAddress: number): Packet => [
  head(target, { mode: modes.READ_REQ, address, data0: encode(readRequest, { size, returnAddress }) }),
]

/** A write of 8 bytes to a register. */
export const registerWritePacket = (target: ModuleId, address: number, value: bigint): Packet => [
  head(target, { mode: modes.WRITE_POSTED, address, data0: value }),
]

/** How many of `length` bytes go to `address` in one packet. */
export const writableBytes = (address: number, length: number): number =>
  Math.min(length, burstBytes - (address % lineBytes))

/** A write of up to `writableBytes` bytes; they have the lanes of their place at the target. */
export const writePacket = (target: ModuleId, address: number, data: Uint8Array): Packet => {
  const inWord = address % wordBytes
  if (inWord + data.length <= wordBytes) {
    const bsel = ((1 << data.length) - 1) << inWord
    const data0 = numberOf(data) << BigInt(8 * inWord)
    return [head(target, { mode: modes.WRITE_POSTED, address, bsel, data0 })]
  }
  const first = address % lineBytes
  const lines = Math.ceil((first + data.length) / lineBytes)
  const placed = new Uint8Array(lines * lineBytes)
  placed.set(data, first)
  const bsel = Number(
    encode(burstSelect, { lastLane: (first + data.length - 1) % lineBytes, firstLaneInverted: lineBytes - 1 - first }),
  )
  return [
    head(target, { burst: 1, mode: modes.WRITE_POSTED, address, bsel, data0: BigInt(lines) }),
    ...Array.from({ length: lines }, (_, line) => {
      const at = (word: number) => numberOf(placed.subarray(line * lineBytes + word * wordBytes).subarray(0, wordBytes))
      return encode(bodyFlit, { burst: line < lines - 1 ? 1 : 0, arq: 0, bsel: 0xff, data1: at(1), data0: at(0) })
    }),
  ]
}

/** A packet that came, with the bytes that a read answer or a write carries. */
export interface Arrival {
  readonly source: ModuleId
  readonly mode: number
  readonly address: number
  readonly data0: bigint
  /** Valid bytes, in order; fewer than announced when the sender gave up. */
  readonly data: Uint8Array
  readonly complete: boolean
}

/** Reads a packet. */
export const arrivalOf = (packet: Packet): Arrival => {
  const first = packet[0] as bigint
  const { sourceChip: chip, sourceMod: mod, mode, address, data0, bsel, burst } = decode(headFlit, first)
  const common = { source: { chip, mod }, mode, address, data0 }
  if (burst === 0) {
    const data = bytesOf(data0, wordBytes).filter((_, lane) => (bsel >> lane) & 1)
    return { ...common, data: Uint8Array.from(data), complete: true }
  }
  const { firstLaneInverted, lastLane } = decode(burstSelect, BigInt(bsel))
  const given = packet.slice(1).map((flit) => decode(bodyFlit, flit))
  const aborted = given.findIndex((line) => line.bsel === 0)
  const lines = aborted < 0 ? given : given.slice(0, aborted)
  const bytes = lines.flatMap((line) => [...bytesOf(line.data0, wordBytes), ...bytesOf(line.data1, wordBytes)])
  const end = aborted < 0 ? bytes.length - (lineBytes - 1 - lastLane) : bytes.length
  return {
    ...common,
    data: Uint8Array.from(bytes.slice(lineBytes - 1 - firstLaneInverted, end)),
    complete: aborted < 0,
  }
}
