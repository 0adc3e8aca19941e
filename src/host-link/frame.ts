/** Frames as bytes. Source: NoC section 8.3. */
import { flitBytes, frameBytes, frameFlits, frameTypes, hostLinkVersion, windowUnit } from '#layout'
import { crc32 } from './crc32.ts'

/** What a bridge says of itself when it answers a hello. */
export interface BridgeAnswer {
  readonly version: number
  readonly chip: number
  readonly modules: number
  /** Flits of the longest packet that is not a memory burst. */
  readonly largestPacket: number
}

/** A frame; `window` in flits. */
export interface Frame {
  readonly type: keyof typeof frameTypes
  readonly seq: number
  readonly ack: number
  readonly window: number
  readonly flits: readonly bigint[]
  /** Only with the type `helloAnswer`. */
  readonly answer?: BridgeAnswer
}

/** Why bytes are no frame. */
export type FrameFault = 'length' | 'type' | 'crc'

const isTail = (flit: bigint): boolean => flit >> 137n === 0n

/** The 18 bytes of a flit, the most significant first. Source: NoC section 2.10. */
export const flitToBytes = (flit: bigint): Uint8Array =>
  Uint8Array.from({ length: flitBytes }, (_, index) => Number((flit >> BigInt(8 * (flitBytes - 1 - index))) & 0xffn))

/** The flit of 18 bytes; bits above 138 are ignored. */
export const flitFromBytes = (bytes: Uint8Array): bigint =>
  bytes.reduce((flit, byte) => (flit << 8n) | BigInt(byte), 0n) & ((1n << 138n) - 1n)

/** The bytes of a frame. Rejects: RangeError for more flits than a frame holds. */
export const encodeFrame = (frame: Frame): Uint8Array => {
  if (frame.flits.length > frameFlits)
    throw new RangeError(`A frame holds ${frameFlits} flits, not ${frame.flits.length}: send several`)
  const last = frame.flits.at(-1)
  const contents = frame.flits.flatMap((flit) => [...flitToBytes(flit)])
  const isHello = frame.type === 'hello' || frame.type === 'helloAnswer'
  const { answer } = frame
  const largest = answer?.largestPacket ?? 0
  const hello = [hostLinkVersion, answer?.chip ?? 0, answer?.modules ?? 0, largest >> 8, largest & 0xff]
  const body = Uint8Array.from([
    ...[frameTypes[frame.type], frame.seq, frame.ack, frame.flits.length],
    ...[Math.min(255, Math.floor(frame.window / windowUnit)), last !== undefined && isTail(last) ? 1 : 0],
    ...contents,
    ...(isHello ? [...hello, ...Array<number>(frameBytes.hello - hello.length).fill(0)] : []),
  ])
  const sum = crc32(body)
  return Uint8Array.from([...body, sum >>> 24, (sum >>> 16) & 0xff, (sum >>> 8) & 0xff, sum & 0xff])
}

/** The frame that bytes are, or why they are none. */
export const decodeFrame = (bytes: Uint8Array): Frame | FrameFault => {
  const found = Object.entries(frameTypes).find(([, code]) => code === bytes[0])
  if (bytes.length < frameBytes.header + frameBytes.check) return 'length'
  if (!found) return 'type'
  const type = found[0] as keyof typeof frameTypes
  const count = bytes[3] as number
  const isHello = type === 'hello' || type === 'helloAnswer'
  if (count > (type === 'data' ? frameFlits : 0)) return 'length'
  const contents = isHello ? frameBytes.hello : flitBytes * count
  const end = frameBytes.header + contents
  if (bytes.length !== end + frameBytes.check) return 'length'
  const sum = bytes.subarray(end).reduce((value, byte) => ((value << 8) | byte) >>> 0, 0)
  if (sum !== crc32(bytes.subarray(0, end))) return 'crc'
  const body = bytes.subarray(frameBytes.header, end)
  const flits = Array.from({ length: count }, (_, index) =>
    flitFromBytes(body.subarray(flitBytes * index, flitBytes * (index + 1))),
  )
  const [version, chip, modules, high, low] = body as unknown as [number, number, number, number, number]
  const answer = { version, chip, modules, largestPacket: (high << 8) | low }
  return {
    type,
    ...{ seq: bytes[1] as number, ack: bytes[2] as number, window: windowUnit * (bytes[4] as number), flits },
    ...(type === 'helloAnswer' ? { answer } : {}),
  }
}
