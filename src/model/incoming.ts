/** Packets as they arrive at a TCU: what they are, decided from the head, and the bytes that came so far. TCU 7.3 to 7.7. */
import { burstLengthBits, lineBytes, messageHeaderBytes, modes, readRequest, registerWindow } from '#layout'
import { numberReader } from './bits.ts'
import { flitAddress, flitBurst, flitData0, flitMode, flitSelect, flitSource } from './flits.ts'

/** What becomes of a packet. */
export type IncomingKind =
  | 'registerRead'
  | 'registerWrite'
  | 'memoryRead'
  | 'memoryWrite'
  | 'message'
  | 'readData'
  | 'acknowledgement'
  | 'error'
  | 'dropped'
  /** Cut by a reset: the rest of it is taken and not counted. */
  | 'discarded'
  /** Ended by a time-out: each flit that still comes is dropped and counted. */
  | 'late'

export interface Incoming {
  readonly kind: IncomingKind
  /** NoC id of the sender. */
  readonly source: number
  readonly address: number
  readonly data0: bigint
  /** Byte selection of a single flit. */
  readonly select: number
  /** Where the data lies among the bytes that arrive, and how much it is. */
  readonly first: number
  bytes: number
  /** The continuation flits' bytes, or those of a single flit. */
  readonly data: Uint8Array
  readonly view: DataView
  /** Continuation flits that were announced, and flits that came. */
  readonly lines: number
  flits: number
  complete: boolean
  /** The sender aborted: nothing after `arrived` is valid. */
  aborted: boolean
  /** Bytes that arrived and bytes that were stored, counted from `first`. */
  arrived: number
  stored: number
  /** Bytes that may be stored at most: those behind them came for a READ that was asked to stop. */
  kept: number
  /** Address of the first byte in local memory; a message gets it with its slot. */
  to: number
  /** Outcome of `messageBegun`: below 0 while it is due. */
  begun: number
  /** Cycle of the last flit, flits that came behind a gap of the time-out, and the bytes that came before it. */
  since: number
  late: number
  inTime: number
  /** Time stamp for the acknowledgement of a message that was rejected. */
  stamp: number
}

const noBytes = new Uint8Array(0)
const noView = new DataView(noBytes.buffer)
const requestSize = numberReader(readRequest, 'size')

interface Selection {
  readonly first: number
  readonly bytes: number
}

/** Valid lanes of a single flit; no bytes when they are not contiguous. TCU section 7.3. */
const singleSelection = (select: number): Selection => {
  if (select === 0) return { first: 0, bytes: 0 }
  const first = 31 - Math.clz32(select & -select)
  const run = select >> first
  return { first, bytes: (run & (run + 1)) === 0 ? 32 - Math.clz32(run) : 0 }
}

/** Valid bytes of a burst: 16 n - (15 - bsel[3:0]) - (15 - bsel[7:4]). TCU section 7.3. */
const burstSelection = (select: number, lines: number): Selection => ({
  first: 15 - (select & 15),
  bytes: lines === 0 ? 0 : lineBytes * lines - (15 - (select & 15)) - (15 - (select >> 4)),
})

/** Whether an address is in the register window. TCU section 2.1. */
export const isRegister = (address: number): boolean => address >= registerWindow

/** Interprets the head of a packet. `commands` tells whether the tile has commands, `cls` the stream it came on. */
export const receiveHead = (flit: bigint, cls: 0 | 1, commands: boolean): Incoming => {
  const burst = flitBurst(flit)
  const select = flitSelect(flit)
  const address = flitAddress(flit)
  const data0 = flitData0(flit)
  const lines = burst ? Number(data0 & ((1n << BigInt(burstLengthBits)) - 1n)) : 0
  const mode = flitMode(flit)
  const chosen = burst ? burstSelection(select, lines) : singleSelection(select)
  const kind = cls === 0 ? requestKind(mode, burst, address, data0, lines, chosen) : answerKind(mode, burst, chosen)
  const wanted = commands || (cls === 0 && kind !== 'message') ? kind : 'dropped'
  const carries = wanted === 'memoryWrite' || wanted === 'readData' || wanted === 'message'
  const data = carries ? new Uint8Array(burst ? lineBytes * lines : 8) : noBytes
  const view = carries ? new DataView(data.buffer) : noView
  if (carries && !burst) view.setBigUint64(0, data0, true)
  return {
    kind: wanted,
    source: flitSource(flit),
    address,
    data0,
    select,
    first: wanted === 'message' ? 0 : chosen.first,
    bytes: wanted === 'memoryRead' ? requestSize(data0) : chosen.bytes,
    data,
    view,
    lines,
    flits: 1,
    complete: !burst,
    aborted: false,
    arrived: burst ? 0 : chosen.bytes,
    stored: 0,
    kept: Infinity,
    to: address,
    begun: -1,
    since: 0,
    late: 0,
    inTime: 0,
    stamp: 0,
  }
}

/** Requests: TCU section 7.4 to 7.6; bypass modes have no stream in this variant. */
const requestKind = (
  mode: number,
  burst: boolean,
  address: number,
  data0: bigint,
  lines: number,
  chosen: Selection,
): IncomingKind => {
  if (mode === modes.READ_REQ) {
    const size = requestSize(data0)
    if (burst || size === 0) return 'dropped'
    if (!isRegister(address)) return 'memoryRead'
    return size === 8 ? 'registerRead' : 'dropped'
  }
  if (mode === modes.WRITE_POSTED) {
    if (chosen.bytes <= 0) return 'dropped'
    if (!isRegister(address)) return 'memoryWrite'
    return !burst && (address % 8) + chosen.bytes <= 8 ? 'registerWrite' : 'dropped'
  }
  if (mode === modes.TCU_MSG) return burst && lines >= 2 ? 'message' : 'dropped'
  return 'dropped'
}

const answerKind = (mode: number, burst: boolean, chosen: Selection): IncomingKind => {
  if (mode === modes.READ_RSP) return chosen.bytes > 0 ? 'readData' : 'dropped'
  if (mode === modes.TCU_ACK && !burst) return 'acknowledgement'
  if (mode === modes.ERROR && !burst) return 'error'
  return 'dropped'
}

/** The same packet, to be dropped after all. */
export const asDropped = (packet: Incoming): Incoming => ({ ...packet, kind: 'dropped', data: noBytes, view: noView })

/** The same packet, whose rest means nothing any more. */
export const asDiscarded = (packet: Incoming): Incoming => ({ ...asDropped(packet), kind: 'discarded' })

/** The same packet after its time-out. */
export const asLate = (packet: Incoming): Incoming => ({ ...asDropped(packet), kind: 'late' })

/** Takes a body or tail flit in. */
export const receiveBody = (packet: Incoming, flit: bigint): void => {
  const at = (packet.flits - 1) * lineBytes
  packet.flits++
  packet.complete = !flitBurst(flit)
  if (flitSelect(flit) === 0) packet.aborted = true
  // the header lines of a message are taken as they come, whatever their bsel
  const isHeader = packet.kind === 'message' && packet.flits <= 1 + messageHeaderBytes / lineBytes
  if ((packet.aborted && !isHeader) || packet.data.length < at + lineBytes) return
  packet.view.setBigUint64(at, flitData0(flit), true)
  packet.view.setBigUint64(at + 8, BigInt.asUintN(64, flit >> 64n), true)
  const arrived = at + lineBytes - packet.first
  packet.arrived = packet.kind === 'message' ? arrived : Math.min(arrived, packet.bytes)
}
