/** The ports of Wishbone. */
import { bit, input, output, uint } from '#edsl'

/**
 * The ports of a manager (master) of Wishbone B4, classic cycles; `flip` makes those of a subordinate (slave). Names are those
 * of the standard without `_o` and `_i`, with `datWrite` for what the manager writes and `datRead` for what it reads.
 *
 * Source: WISHBONE B4, section 2.2.
 */
export const wishbone = <const A extends number, const D extends 8 | 16 | 32 | 64>(options: {
  /** Bits of an address, in bytes. */
  readonly addressBits: A
  readonly dataBits: D
}) => {
  const { addressBits, dataBits } = options
  return {
    cyc: output(bit),
    stb: output(bit),
    we: output(bit),
    adr: output(uint(addressBits)),
    sel: output(uint(dataBits / 8)),
    datWrite: output(uint(dataBits)),
    datRead: input(uint(dataBits)),
    ack: input(bit),
    err: input(bit),
  } as const
}
