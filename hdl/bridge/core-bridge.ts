/** From the AXI4 of a core, or of its last cache, to the network. */
import { bit, connect, flip, input, instance, module, mux, constant, output, stream, uint, allow } from '#edsl'
import { axi, axiResponse } from '#hdl/bus'
import { packetMerge } from '#hdl/lib'
import { flitBits, nocId } from '#layout'
import { coreAnswers } from './core-answers.ts'
import { coreBridgeChoices, type CoreBridgeOptions } from './core-options.ts'
import { coreReads } from './core-reads.ts'
import { coreWrites } from './core-writes.ts'

/**
 * Turns a core's AXI4 into bypass traffic: reads into READ_REQ_2, writes into WRITE_POSTED_2.
 *
 * Ports: `bus`; `request` the flits of class C2, `response` those of class C3; `own` ids; `target` where requests go; `dropped`
 * 1 with each answer that nobody waits for. What replaces target and address (the PMP) stands behind `request`: addresses are
 * the core's, and the lanes of answers need not be those of the addresses that were asked.
 * Bursts: incrementing and wrapping, all lengths and sizes, all strobes; a fixed address, a size beyond the bus and a ring that
 * is none of 2, 4, 8 and 16 beats are answered with SLVERR. The length counts, not `wlast`.
 * Order: answers come in the order of their kind's addresses. A read behind the answer to a write follows the write into the
 * network.
 * Timing: a beat and a flit per cycle; answers to reads are taken in every cycle but one per packet that needs a further line.
 * Errors: SLVERR for what fails at the memory or does not come within the time-out.
 * Reset: nothing is under way.
 * Rejects: RangeError for options out of range.
 * Source: NoC section 7.4, NDEV-12, R-CLASS-4; TCU sections 5.7, 7.9; AMBA AXI and ACE Protocol Specification, IHI 0022E.
 */
export const coreBridge = (options: CoreBridgeOptions) => {
  const choices = coreBridgeChoices(options)
  const { dataBits, idBits, reads, writes, sendTimeoutCycles, writesAre } = choices
  const busBits: number = dataBits
  return module(
    `core_bridge_d${dataBits}i${idBits}_r${reads}w${writes}_${writesAre}_timeout_${sendTimeoutCycles}`,
    {
      bus: flip(axi({ addressBits: 32, dataBits: busBits, idBits })),
      own: input(nocId),
      target: input(nocId),
      request: output(stream(uint(flitBits))),
      response: input(stream(uint(flitBits))),
      dropped: output(bit),
    },
    ({ bus, own, target, request, response, dropped }) => {
      const read = instance(coreReads(choices), 'reads')
      const write = instance(coreWrites(choices), 'writes')
      const answers = instance(coreAnswers(writesAre), 'answers')
      const merge = instance(packetMerge(2), 'merge')
      for (const unit of [read, write]) {
        unit.own.drive(own)
        unit.target.drive(target)
      }
      const okay = constant(axiResponse, 'okay')

      read.burst.valid.drive(bus.arvalid)
      read.burst.payload.drive({
        id: bus.arid,
        address: bus.araddr,
        length: bus.arlen,
        size: bus.arsize,
        kind: bus.arburst,
      })
      bus.arready.drive(read.burst.ready)
      bus.rvalid.drive(read.beat.valid)
      bus.rid.drive(read.beat.payload.id)
      bus.rdata.drive(read.beat.payload.data)
      bus.rlast.drive(read.beat.payload.last)
      bus.rresp.drive(mux(read.beat.payload.error, constant(axiResponse, 'slaveError'), okay))
      read.beat.ready.drive(bus.rready)

      allow('HDL-0305', 'the length of a burst says where it ends', bus.wlast)
      write.burst.valid.drive(bus.awvalid)
      write.burst.payload.drive({
        id: bus.awid,
        address: bus.awaddr,
        length: bus.awlen,
        size: bus.awsize,
        kind: bus.awburst,
      })
      bus.awready.drive(write.burst.ready)
      write.beat.valid.drive(bus.wvalid)
      write.beat.payload.drive({ strobes: bus.wstrb, data: bus.wdata })
      bus.wready.drive(write.beat.ready)
      bus.bvalid.drive(write.answer.valid)
      bus.bid.drive(write.answer.payload.id)
      bus.bresp.drive(mux(write.answer.payload.error, constant(axiResponse, 'slaveError'), okay))
      write.answer.ready.drive(bus.bready)

      connect(merge.from[0]!, read.flit)
      connect(merge.from[1]!, write.flit)
      connect(request, merge.to)

      connect(answers.flit, response)
      read.head.drive(answers.head)
      answers.accepted.drive(read.accepted)
      read.line.drive(answers.line)
      read.aborts.drive(answers.aborts)
      write.acknowledged.drive(answers.acknowledged)
      write.refused.drive(answers.refused)
      dropped.drive(answers.dropped.or(write.unasked))
    },
  )
}
