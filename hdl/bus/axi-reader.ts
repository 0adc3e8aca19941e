/** From AXI4 to a stream. */
import { allow, assert, bit, input, module, output, reg, stream, struct, uint, when } from '#edsl'
import { axiTransfer, beatBits, burstBeats } from './axi-commands.ts'
import { axiRead, type AxiOptions } from './axi.ts'

/**
 * Reads words from a subordinate of AXI4 and hands them on as a stream.
 *
 * Ports: `transfer` what to read; `data` the words, `last` with the last one of a transfer, `error` when the subordinate
 * answered so; `bus`, its read channels.
 * Timing: bursts of up to 256 beats that do not cross a page of 4 KiB, asked for without waiting for the data of the one
 * before; a word per cycle if the subordinate has one. One transfer at a time.
 * Reset: nothing is under way.
 * Source: AMBA AXI and ACE Protocol Specification, IHI 0022E, section A3.
 */
export const axiReader = ({ addressBits, dataBits }: Omit<AxiOptions, 'idBits'>) =>
  module(
    `axi_reader_a${addressBits}d${dataBits}`,
    {
      transfer: input(stream(axiTransfer(addressBits))),
      data: output(stream(struct({ last: bit, error: bit, data: uint(dataBits) }))),
      bus: axiRead({ addressBits, dataBits, idBits: 1 }),
    },
    ({ transfer, data, bus }) => {
      allow('HDL-0305', 'one id is used', bus.rid)
      allow('HDL-0305', 'the beats are counted', bus.rlast)
      const wordBytes = dataBits / 8
      const address = reg(uint(addressBits))
      // Beats to ask for, and beats to come.
      const left = reg(uint(beatBits), 0)
      const due = reg(uint(beatBits), 0)

      transfer.ready.drive(left.any().or(due.any()).not())
      const beats = burstBeats(left, address, wordBytes)
      bus.arid.drive(0)
      bus.araddr.drive(address)
      bus.arlen.drive(beats.subWrap(1).truncate(8))
      bus.arsize.drive(Math.log2(wordBytes))
      bus.arburst.drive('increment')
      bus.arvalid.drive(left.any())
      when(bus.arvalid.and(bus.arready), () => {
        left.next(left.subWrap(beats.extend(beatBits)))
        address.next(address.addWrap(beats.extend(addressBits).shiftLeft(Math.log2(wordBytes))))
      })

      const wanted = due.any()
      data.valid.drive(bus.rvalid.and(wanted))
      bus.rready.drive(data.ready.and(wanted))
      data.payload.drive({ last: due.eq(1), error: bus.rresp.isIn('slaveError', 'decodeError'), data: bus.rdata })
      when(data.fire, () => due.next(due.subWrap(1)))

      when(transfer.fire, () => {
        address.next(transfer.payload.address)
        left.next(transfer.payload.beats)
        due.next(transfer.payload.beats)
      })

      assert(left.le(due), 'asks for no more than it waits for')
    },
  )
