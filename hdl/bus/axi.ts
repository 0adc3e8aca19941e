/** The ports of AXI4, with the names of the standard. */
import { bit, input, oneOf, output, uint } from '#edsl'
import { axiResponse } from './axi-lite.ts'

/** How the address goes on within a burst. Source: IHI 0022E, section A3.4.1. */
export const axiBurst = oneOf({ fixed: 0, increment: 1, wrap: 2 }, 2)

export interface AxiOptions<A extends number = number, D extends number = number, I extends number = number> {
  /** Bits of an address, in bytes. */
  readonly addressBits: A
  /** 8 to 1024, a power of two. */
  readonly dataBits: D
  /** Bits of a transaction's id, 1 or more. */
  readonly idBits: I
}

/**
 * What a manager (master) of AXI4 writes with: the channels AW, W and B, without the signals that most designs tie off (lock,
 * cache, prot, qos, region, user).
 *
 * Source: AMBA AXI and ACE Protocol Specification, IHI 0022E, section A2.
 */
export const axiWrite = <const A extends number, const D extends number, const I extends number>({
  addressBits,
  dataBits,
  idBits,
}: AxiOptions<A, D, I>) =>
  ({
    awid: output(uint(idBits)),
    awaddr: output(uint(addressBits)),
    awlen: output(uint(8)),
    awsize: output(uint(3)),
    awburst: output(axiBurst),
    awvalid: output(bit),
    awready: input(bit),
    wdata: output(uint(dataBits)),
    wstrb: output(uint(dataBits / 8)),
    wlast: output(bit),
    wvalid: output(bit),
    wready: input(bit),
    bid: input(uint(idBits)),
    bresp: input(axiResponse),
    bvalid: input(bit),
    bready: output(bit),
  }) as const

/** What a manager of AXI4 reads with: the channels AR and R. Source: as `axiWrite`. */
export const axiRead = <const A extends number, const D extends number, const I extends number>({
  addressBits,
  dataBits,
  idBits,
}: AxiOptions<A, D, I>) =>
  ({
    arid: output(uint(idBits)),
    araddr: output(uint(addressBits)),
    arlen: output(uint(8)),
    arsize: output(uint(3)),
    arburst: output(axiBurst),
    arvalid: output(bit),
    arready: input(bit),
    rid: input(uint(idBits)),
    rdata: input(uint(dataBits)),
    rresp: input(axiResponse),
    rlast: input(bit),
    rvalid: input(bit),
    rready: output(bit),
  }) as const

/** All channels of a manager of AXI4; `flip` makes those of a subordinate (slave). */
export const axi = <const A extends number, const D extends number, const I extends number>(
  options: AxiOptions<A, D, I>,
) => ({ ...axiWrite(options), ...axiRead(options) })
