/** The ports of AXI4-Lite, with the names of the standard. */
import { bit, input, oneOf, output, uint } from '#edsl'

/** How an access ended. Source: AMBA AXI and ACE Protocol Specification, IHI 0022E, section A3.4.4. */
export const axiResponse = oneOf({ okay: 0, exclusiveOkay: 1, slaveError: 2, decodeError: 3 }, 2)

/**
 * The ports of a manager (master) of AXI4-Lite; `flip` makes those of a subordinate (slave). In Verilog they have the names
 * that vendors' tools look for: `bus_awaddr` for a port record `bus`.
 *
 * Source: IHI 0022E, sections A2 and B1.
 */
export const axiLite = <const A extends number, const D extends 32 | 64>(options: {
  /** Bits of an address, in bytes. */
  readonly addressBits: A
  readonly dataBits: D
}) => {
  const { addressBits, dataBits } = options
  return {
    awaddr: output(uint(addressBits)),
    awprot: output(uint(3)),
    awvalid: output(bit),
    awready: input(bit),
    wdata: output(uint(dataBits)),
    wstrb: output(uint(dataBits / 8)),
    wvalid: output(bit),
    wready: input(bit),
    bresp: input(axiResponse),
    bvalid: input(bit),
    bready: output(bit),
    araddr: output(uint(addressBits)),
    arprot: output(uint(3)),
    arvalid: output(bit),
    arready: input(bit),
    rdata: input(uint(dataBits)),
    rresp: input(axiResponse),
    rvalid: input(bit),
    rready: output(bit),
  } as const
}
