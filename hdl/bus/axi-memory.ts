/** A memory of lines behind AXI4. */
import {
  allow,
  bit,
  constant,
  flip,
  input,
  literal,
  module,
  mux,
  output,
  reg,
  states,
  type UInt,
  uint,
  when,
} from '#edsl'
import { memoryRequest } from '#hdl/lib'
import { axiResponse } from './axi-lite.ts'
import { axi, axiBurst } from './axi.ts'

/** Bytes of a line, and the largest size of a beat: 2**4 bytes. */
const largestSize = 4

/**
 * A subordinate of AXI4 of 128 bits that reads and writes a memory through the memory port of a tile.
 *
 * Ports: `bus`; `access` to the memory, served in cycles in which `granted` is 1; `line`, that of the last load.
 * Timing: a beat per cycle while the memory serves every cycle; one burst at a time, reads and writes take turns. The first
 * beat of a read comes two cycles after its address.
 * Bursts: all lengths, all sizes to 16 bytes, fixed, incrementing and wrapping. A larger size is answered with `slaveError`
 * and changes nothing. The length counts, not `wlast`.
 * Reset: no burst is open.
 * Source: AMBA AXI and ACE Protocol Specification, IHI 0022E, sections A3.2 and A3.4.
 */
export const axiMemory = (idBits: number) =>
  module(
    `axi_memory_i${idBits}`,
    {
      bus: flip(axi({ addressBits: 32, dataBits: 128, idBits })),
      access: output(memoryRequest),
      granted: input(bit),
      line: input(uint(128)),
    },
    ({ bus, access, granted, line }) => {
      allow('HDL-0305', 'the length of a burst says where it ends', bus.wlast)
      const state = states('idle', 'write', 'respond', 'read')
      const writeNext = reg(bit, 0)
      const id = reg(uint(idBits))
      const address = reg(uint(32))
      const size = reg(uint(3))
      const burst = reg(axiBurst)
      const wrapMask = reg(uint(32))
      const refused = reg(bit)
      // Beats that have not reached the memory yet.
      const left = reg(uint(9), 0)

      const takesWrite = state.is('idle').and(bus.awvalid).and(bus.arvalid.not().or(writeNext))
      const takesRead = state.is('idle').and(bus.arvalid).and(takesWrite.not())
      bus.awready.drive(takesWrite)
      bus.arready.drive(takesRead)

      // --- a beat of the burst
      const loaded = reg(bit, 0)
      const served = granted.or(refused)
      const stores = state.is('write').and(bus.wvalid)
      const loads = state.is('read').and(left.any()).and(loaded.not().or(bus.rready))
      const beat = stores.or(loads).and(served)
      access.drive({
        valid: stores.or(loads).and(refused.not()),
        store: stores,
        address: address.and(0xffff_fff0),
        enables: bus.wstrb,
        data: bus.wdata,
      })
      const step = literal(32, 1).shiftLeft(size)
      const increased = address.and(step.subWrap(1).not()).addWrap(step)
      const wrapped = address.and(wrapMask.not()).or(increased.and(wrapMask))
      when(beat, () => {
        left.next(left.subWrap(1))
        burst.match({
          fixed: () => undefined,
          increment: () => address.next(increased),
          wrap: () => address.next(wrapped),
        })
      })

      // --- write channel and its answer
      bus.wready.drive(state.is('write').and(served))
      bus.bvalid.drive(state.is('respond'))
      bus.bid.drive(id)
      const result = mux(refused, constant(axiResponse, 'slaveError'), constant(axiResponse, 'okay'))
      bus.bresp.drive(result)

      // --- read channel: a line that is not taken at once is kept, others may use the memory meanwhile
      const fresh = reg(bit, 0)
      const kept = reg(uint(128))
      const last = reg(bit)
      fresh.next(loads.and(served))
      when(fresh, () => kept.next(line))
      when(loads.and(served), () => last.next(left.eq(1)))
      loaded.next(loads.and(served).or(loaded.and(bus.rready.not())))
      bus.rvalid.drive(loaded)
      bus.rid.drive(id)
      bus.rdata.drive(mux(fresh, line, kept))
      bus.rresp.drive(result)
      bus.rlast.drive(last)

      const open = (
        to: 'write' | 'read',
        channel: { readonly id: UInt; readonly address: UInt<32>; readonly length: UInt<8>; readonly size: UInt<3> },
        kind: typeof bus.awburst,
      ): void => {
        id.next(channel.id)
        address.next(channel.address)
        size.next(channel.size)
        burst.next(kind)
        const ones = literal(32, 1).shiftLeft(channel.size).subWrap(1)
        wrapMask.next(channel.length.extend(32).shiftLeft(channel.size).or(ones))
        refused.next(channel.size.gt(largestSize))
        left.next(channel.length.extend(9).addWrap(1))
        writeNext.next(to === 'read' ? 1 : 0)
        state.go(to)
      }
      state.match({
        idle: () => {
          when(takesWrite, () =>
            open('write', { id: bus.awid, address: bus.awaddr, length: bus.awlen, size: bus.awsize }, bus.awburst),
          )
          when(takesRead, () =>
            open('read', { id: bus.arid, address: bus.araddr, length: bus.arlen, size: bus.arsize }, bus.arburst),
          )
        },
        write: () => when(beat.and(left.eq(1)), () => state.go('respond')),
        respond: () => when(bus.bready, () => state.go('idle')),
        read: () => when(loaded.and(last).and(bus.rready), () => state.go('idle')),
      })
    },
  )
