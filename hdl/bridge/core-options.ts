/** What a bridge between a core and the network can be. */
export interface CoreBridgeOptions {
  /** Bits of a word of the core's bus. */
  readonly dataBits: 64 | 128
  /** Bits of a transaction's id. */
  readonly idBits: number
  /** Reads that may be under way, 2, 4, 8 or 16; each has room for 256 bytes. @defaultValue 4 */
  readonly reads?: 2 | 4 | 8 | 16
  /** Writes that may be under way, 1 to 16. @defaultValue 4 */
  readonly writes?: number
  /** Cycles without a flit of an answer after which it is SLVERR; 0 waits for ever. Source: TCU section 7.9. */
  readonly sendTimeoutCycles: number
  /** Whether memory tiles acknowledge writes, so that the core is told when they are stored. @defaultValue 'posted' */
  readonly writesAre?: 'posted' | 'acknowledged'
}

/** The same with all that was not given. */
export type CoreBridgeChoices = Required<CoreBridgeOptions>

/** Rejects: RangeError for numbers that are none of those above. */
export const coreBridgeChoices = (options: CoreBridgeOptions): CoreBridgeChoices => {
  const chosen = { reads: 4, writes: 4, writesAre: 'posted', ...options } as const
  const refuse = (name: string, value: number, use: string): never => {
    throw new RangeError(`coreBridge(): ${name} is ${value}, use ${use}`)
  }
  if (![2, 4, 8, 16].includes(chosen.reads)) refuse('reads', chosen.reads, '2, 4, 8 or 16')
  if (!Number.isInteger(chosen.writes) || chosen.writes < 1 || chosen.writes > 16)
    refuse('writes', chosen.writes, '1 to 16')
  if (!Number.isInteger(chosen.idBits) || chosen.idBits < 1) refuse('idBits', chosen.idBits, '1 or more')
  if (!Number.isInteger(chosen.sendTimeoutCycles) || chosen.sendTimeoutCycles < 0)
    refuse('sendTimeoutCycles', chosen.sendTimeoutCycles, '0 or more')
  return chosen
}
