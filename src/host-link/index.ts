// Open
export { openHostLink } from './open-host-link.ts'
export type { HostConnection, HostLinkOptions, PrintedText } from './open-host-link.ts'
export type { BridgeAnswer } from './frame.ts'
export type { LinkCounters, LinkState, Packet } from './link.ts'
export type { ModuleId } from './packets.ts'

// What it needs
export type { ByteTransport } from './transport.ts'
export type { LinkClock } from './clock.ts'
export { computerClock } from './clock.ts'

// Below it
export { HostLink } from './link.ts'
export type { LinkOptions } from './link.ts'
export { decodeFrame, encodeFrame, flitFromBytes, flitToBytes } from './frame.ts'
export type { Frame, FrameFault } from './frame.ts'
export { cobsDecode, cobsEncode } from './cobs.ts'
export { crc32 } from './crc32.ts'
