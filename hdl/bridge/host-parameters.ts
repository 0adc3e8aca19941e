/** What a host bridge is made with. */
import { frameFlits, frameOutstanding } from '#layout'

/**
 * What the bytes are: frames with CRC, numbers and acknowledgements; flits back to back in datagrams, those with a wrong
 * length dropped; or flits back to back without any end.
 */
export type HostLinkFormat = 'framed' | 'rawDatagrams' | 'rawBytes'

/** How a host bridge is made. Source: NoC section 8.3. */
export interface HostBridgeOptions {
  /** Clock in hertz, from which times become cycles. */
  readonly clockHz: number
  /** Number of modules of the chip, for the answer to a hello. */
  readonly modules: number
  /** @defaultValue 'framed' */
  readonly format?: HostLinkFormat
  /** Flits of the longest packet that the host may send, memory bursts excepted: 34 to `depth - 3`. @defaultValue 131 */
  readonly largestPacket?: number
  /** Flits that each of the four buffers holds, 37 to 512. @defaultValue 142 */
  readonly depth?: number
  /** Data frames without acknowledgement at most, 1 to 8. @defaultValue 8 */
  readonly outstanding?: number
  /** Time without progress after which frames are sent again. @defaultValue 20000 */
  readonly resendMicroseconds?: number
  /** Time that a full buffer waits before packets to the host are dropped. @defaultValue 1000 */
  readonly fullMicroseconds?: number
  /** Raw format: time without a byte after which an incomplete packet is discarded. @defaultValue 10000 */
  readonly incompleteMicroseconds?: number
  /** The host's packets get its id as source, or keep what the host wrote. @defaultValue 'stamped' */
  readonly sources?: 'stamped' | 'kept'
  /** Bits of each counter, 8 to 64. @defaultValue 32 */
  readonly counterBits?: number
}

/** All of it, with times in ticks. */
export interface HostBridgeParameters {
  readonly clockHz: number
  readonly modules: number
  readonly format: HostLinkFormat
  readonly largestPacket: number
  readonly depth: number
  readonly outstanding: number
  /** Cycles of a tick: a quarter of the shortest of the times. */
  readonly tickCycles: number
  readonly resendTicks: number
  readonly fullTicks: number
  readonly incompleteTicks: number
  readonly sources: 'stamped' | 'kept'
  readonly counterBits: number
  /** Flits of the longest frame, to and from the host. */
  readonly frameFlits: number
}

/** Flits of the longest raw datagram to the board. NoC section 8.2. */
const rawFlits = 81

/**
 * Options with what is not given. Rejects: RangeError, naming the option, for what a bridge cannot be made with.
 */
export const hostBridgeParameters = (options: HostBridgeOptions): HostBridgeParameters => {
  const format = options.format ?? 'framed'
  const whole = (name: keyof HostBridgeOptions, initial: number, least: number, most: number, why: string): number => {
    const value = (options[name] as number | undefined) ?? initial
    if (!Number.isInteger(value) || value < least || value > most)
      throw new RangeError(`hostBridge(): ${name} is ${value}: ${why}; use a whole number from ${least} to ${most}`)
    return value
  }
  const clockHz = whole('clockHz', 0, 1000, 10_000_000_000, 'times are counted in cycles')
  const modules = whole('modules', 0, 1, 255, 'a hello has a byte for it')
  const depth = whole('depth', 142, 37, 512, 'a buffer holds the longest packet and the rest of a window')
  const largestPacket = whole('largestPacket', Math.min(131, depth - 3), 34, depth - 3, 'packets are kept whole')
  const outstanding = whole('outstanding', frameOutstanding, 1, frameOutstanding, 'the peer allows so many')
  const counterBits = whole('counterBits', 32, 8, 64, 'counters are read as words of 64 bits')
  const resend = whole('resendMicroseconds', 20_000, 100, 10_000_000, 'a lost frame is sent again after it')
  const full = whole('fullMicroseconds', 1000, 100, 10_000_000, 'the network must not wait longer')
  const incomplete = whole('incompleteMicroseconds', 10_000, 100, 10_000_000, 'the rest must come in time')
  const tickCycles = Math.max(1, Math.floor((Math.min(resend, full, incomplete) * clockHz) / 4e6))
  const ticks = (microseconds: number): number => Math.ceil((microseconds * clockHz) / 1e6 / tickCycles)
  return {
    clockHz,
    modules,
    format,
    largestPacket,
    depth,
    outstanding,
    tickCycles,
    resendTicks: ticks(resend),
    fullTicks: ticks(full),
    incompleteTicks: ticks(incomplete),
    sources: options.sources ?? 'stamped',
    counterBits,
    frameFlits: Math.min(depth, format === 'framed' ? frameFlits : rawFlits),
  }
}
