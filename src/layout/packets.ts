/** NoC ids, flits, packets and the message header. Source: TCU 2.0.1 sections 4.8 and 7; NoC sections 1.1 and 2. */
import { bit, struct, uint } from './shape.ts'

/** A flit: 38 bits of header part above 100 bits of payload part. */
export const flitBits = 138

/** NoC id of a module as software sees it. */
export const nocId = struct({ chip: uint(6), mod: uint(8) })

/** The id of the host computer: chip 0x3F, module 0x05. */
export const hostId = Object.freeze({ chip: 0x3f, mod: 0x05 })

/** First, or only, flit of a packet. NoC section 2.2. */
export const headFlit = struct({
  burst: bit,
  arq: bit,
  bsel: uint(8),
  sourceMod: uint(8),
  sourceChip: uint(6),
  targetMod: uint(8),
  targetChip: uint(6),
  mode: uint(4),
  address: uint(32),
  data0: uint(64),
})

/** Body or tail flit: 16 bytes, `data0` the lower-addressed eight. NoC section 2.3. */
export const bodyFlit = struct({ burst: bit, arq: bit, bsel: uint(8), data1: uint(64), data0: uint(64) })

/** Packet modes. NoC section 2.4. */
export const modes = Object.freeze({
  READ_REQ: 0,
  READ_RSP: 1,
  WRITE_POSTED: 2,
  TCU_MSG: 3,
  TCU_ACK: 4,
  READ_REQ_2: 5,
  READ_RSP_2: 6,
  WRITE_POSTED_2: 7,
  ERROR: 8,
  ARQ_ACK: 9,
  ARQ_READ_REQ: 10,
  ARQ_READ_RSP: 11,
  ARQ_WRITE_POSTED: 12,
  /** Acknowledges a WRITE_POSTED_2 where `ackBypassWrites` is chosen. NoC section 7.4. */
  WRITE_ACK_2: 13,
} as const)

/** Message class of each mode: 0 requests, 1 responses, 2 and 3 the same for bypass traffic. NoC sections 2.4, 7.4. */
export const modeClass: readonly (0 | 1 | 2 | 3)[] = Object.freeze([0, 1, 0, 0, 1, 2, 3, 2, 1, 1, 0, 1, 0, 3, 0, 0])

/** data0 of a READ_REQ: bytes wanted and where the requester wants them. */
export const readRequest = struct({ size: uint(32), returnAddress: uint(32) })

/** data0 of a TCU_ACK for a write; `error` is 0 when all bytes were stored. DEV-18. */
export const writeAcknowledgement = struct({ unused: uint(26), error: uint(5), isWrite: bit, bytes: uint(32) })

/** data0 of a TCU_ACK for a message, and of an ERROR packet. */
export const messageAcknowledgement = struct({ unused: uint(31), isWrite: bit, reserved: uint(27), error: uint(5) })

/** bsel of a burst's head: 15 minus the first valid lane, and the last valid lane. TCU section 7.3. */
export const burstSelect = struct({ lastLane: uint(4), firstLaneInverted: uint(4) })

/** Bits of the flit count in a burst's head that receivers look at. NoC section 2.5. */
export const burstLengthBits = 13

/** Segmentation of memory data. TCU section 7.4. */
export const burstBytes = 512
export const lineBytes = 16

/** Words 0 and 1 of the message header as one 128-bit line, word 0 below. TCU section 4.8. */
export const messageHeader01 = struct({
  replyLabel: uint(64),
  replyEp: uint(16),
  senderEp: uint(16),
  length: uint(13),
  chip: uint(6),
  tile: uint(8),
  replyOrder: uint(4),
  isReply: bit,
})

/** Words 2 and 3 of the message header, word 2 below. */
export const messageHeader23 = struct({ zero: uint(64), label: uint(64) })

/** The 32-byte header as it lies in memory, read as a little-endian number. */
export const messageHeader = struct({
  zero: uint(64),
  label: uint(64),
  replyLabel: uint(64),
  replyEp: uint(16),
  senderEp: uint(16),
  length: uint(13),
  chip: uint(6),
  tile: uint(8),
  replyOrder: uint(4),
  isReply: bit,
})
export const messageHeaderBytes = 32
