/** From a stream to AXI4. */
import {
  allow,
  assert,
  bit,
  constant,
  input,
  literal,
  module,
  mux,
  output,
  reg,
  states,
  stream,
  uint,
  when,
} from '#edsl'
import { axiResponse } from './axi-lite.ts'
import { axiTransfer, beatBits, burstBeats } from './axi-commands.ts'
import { type AxiOptions, axiWrite } from './axi.ts'

/**
 * Writes the words of a stream to a subordinate of AXI4.
 *
 * Ports: `transfer` where to and how many; `data` the words; `done` how the transfer ended, `slaveError` if any burst of it
 * was refused; `bus`, the write channels.
 * Timing: bursts of up to 256 beats that do not cross a page of 4 KiB; a word per cycle within a burst. The next burst waits
 * for the answer to the one before.
 * Reset: nothing is under way.
 * Source: AMBA AXI and ACE Protocol Specification, IHI 0022E, section A3.
 */
export const axiWriter = ({ addressBits, dataBits }: Omit<AxiOptions, 'idBits'>) =>
  module(
    `axi_writer_a${addressBits}d${dataBits}`,
    {
      transfer: input(stream(axiTransfer(addressBits))),
      data: input(stream(uint(dataBits))),
      done: output(stream(axiResponse)),
      bus: axiWrite({ addressBits, dataBits, idBits: 1 }),
    },
    ({ transfer, data, done, bus }) => {
      allow('HDL-0305', 'one id is used', bus.bid)
      const wordBytes = dataBits / 8
      const state = states('idle', 'address', 'data', 'response', 'done')
      const address = reg(uint(addressBits))
      const left = reg(uint(beatBits), 0)
      // Beats of the open burst behind the one that is next.
      const behind = reg(uint(8), 0)
      const failed = reg(bit, 0)
      const beats = burstBeats(left, address, wordBytes)

      transfer.ready.drive(state.is('idle'))
      done.valid.drive(state.is('done'))
      done.payload.drive(mux(failed, constant(axiResponse, 'slaveError'), constant(axiResponse, 'okay')))

      bus.awid.drive(0)
      bus.awaddr.drive(address)
      bus.awlen.drive(beats.subWrap(1).truncate(8))
      bus.awsize.drive(Math.log2(wordBytes))
      bus.awburst.drive('increment')
      bus.awvalid.drive(state.is('address'))

      data.ready.drive(state.is('data').and(bus.wready))
      bus.wvalid.drive(state.is('data').and(data.valid))
      bus.wdata.drive(data.payload)
      bus.wstrb.drive(literal(wordBytes, 0).not())
      bus.wlast.drive(behind.eq(0))
      bus.bready.drive(state.is('response'))

      state.match({
        idle: () =>
          when(transfer.fire, () => {
            address.next(transfer.payload.address)
            left.next(transfer.payload.beats)
            failed.next(0)
            when(transfer.payload.beats.any(), () => state.go('address')).otherwise(() => state.go('done'))
          }),
        address: () =>
          when(bus.awready, () => {
            behind.next(beats.subWrap(1).truncate(8))
            left.next(left.subWrap(beats.extend(beatBits)))
            address.next(address.addWrap(beats.extend(addressBits).shiftLeft(Math.log2(wordBytes))))
            state.go('data')
          }),
        data: () =>
          when(data.fire, () => {
            behind.next(behind.subWrap(1))
            when(behind.eq(0), () => state.go('response'))
          }),
        response: () =>
          when(bus.bvalid, () => {
            when(bus.bresp.isIn('slaveError', 'decodeError'), () => failed.next(1))
            when(left.any(), () => state.go('address')).otherwise(() => state.go('done'))
          }),
        done: () => when(done.ready, () => state.go('idle')),
      })

      assert(state.is('address').not().or(beats.any()), 'opens no empty burst')
    },
  )
