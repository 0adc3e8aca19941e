/** What carries bytes to a board and back, and how frames are told apart on it. */
import { cobsDecode, cobsEncode } from './cobs.ts'

/** A way for bytes: a serial port, or datagrams of UDP, which keep what was written at once together. */
export interface ByteTransport {
  /** `stream` for a serial port, `datagrams` for UDP. */
  readonly kind: 'stream' | 'datagrams'
  write(bytes: Uint8Array): void
  /** Has `receive` called with whatever comes; once. */
  onBytes(receive: (bytes: Uint8Array) => void): void
}

/** Frames on a transport. */
export interface FrameCarrier {
  send(frame: Uint8Array): void
}

/** Longest coded frame: what is longer has lost its end, and is not kept. */
const longest = 2048

/** Sends frames, and hands on those that come; `fault` is called for bytes that are none. */
export const carryFrames = (
  transport: ByteTransport,
  receive: (frame: Uint8Array) => void,
  fault: () => void,
): FrameCarrier => {
  if (transport.kind === 'datagrams') {
    transport.onBytes(receive)
    return { send: (frame) => transport.write(frame) }
  }
  let coded: number[] = []
  const end = (): void => {
    const frame = coded.length > longest ? undefined : cobsDecode(Uint8Array.from(coded))
    if (frame === undefined) fault()
    else receive(frame)
    coded = []
  }
  transport.onBytes((bytes) => {
    for (const byte of bytes) {
      // Zeros between frames are none.
      if (byte === 0 && coded.length > 0) end()
      else if (byte !== 0 && coded.length <= longest) coded.push(byte)
    }
  })
  return { send: (frame) => transport.write(cobsEncode(frame)) }
}
