/** A block of registers behind AXI4-Lite. */
import { allow, bit, constant, flip, module, mux, reg, uint, when } from '#edsl'
import type { RegisterMap, Registers } from '#layout'
import { axiLite, axiResponse } from './axi-lite.ts'
import { dataBitsOf, registerBlock, registerPorts } from './register-ports.ts'

/**
 * The registers of a map as a subordinate of AXI4-Lite.
 *
 * Ports: `bus`; `values`, what the registers hold; `hardware`, what the hardware gives to them; `written`, 1 in the cycle
 * after a write.
 * Timing: an access per cycle; its answer comes one cycle later. Reads and writes that wait take turns.
 * Answers: `decodeError` where there is no register, else `okay`; what a class of access does not allow is ignored.
 * Reset: registers as declared, no answer is due.
 * Rejects: RangeError for a map of several sides or with several registers of a kind.
 * Source: AMBA AXI and ACE Protocol Specification, IHI 0022E, section B1.
 */
export const axiLiteRegisters = <const R extends Registers, const Bytes extends 4 | 8>(
  map: RegisterMap<string, R, Bytes>,
  addressBits = 12,
) =>
  module(
    `${map.name}_axi_lite`,
    { bus: flip(axiLite({ addressBits, dataBits: dataBitsOf(map) })), ...registerPorts(map) },
    (ports) => {
      const { bus } = ports
      allow('HDL-0305', 'all accesses are treated alike', bus.awprot)
      allow('HDL-0305', 'all accesses are treated alike', bus.arprot)
      const writeAnswer = reg(bit, 0)
      const readAnswer = reg(bit, 0)
      const writeResult = reg(axiResponse)
      const readResult = reg(axiResponse)
      const readData = reg(uint(8 * map.wordBytes))
      const readNext = reg(bit, 0)

      const canWrite = bus.awvalid.and(bus.wvalid).and(writeAnswer.not().or(bus.bready))
      const canRead = bus.arvalid.and(readAnswer.not().or(bus.rready))
      const writes = canWrite.and(canRead.and(readNext).not())
      const reads = canRead.and(writes.not())
      when(writes.or(reads), () => readNext.next(writes))

      const block = registerBlock(map, ports, {
        valid: writes.or(reads),
        write: writes,
        address: mux(writes, bus.awaddr, bus.araddr),
        data: bus.wdata,
        enables: bus.wstrb,
      })
      const result = mux(block.known, constant(axiResponse, 'okay'), constant(axiResponse, 'decodeError'))

      bus.awready.drive(writes)
      bus.wready.drive(writes)
      bus.arready.drive(reads)
      writeAnswer.next(writes.or(writeAnswer.and(bus.bready.not())))
      readAnswer.next(reads.or(readAnswer.and(bus.rready.not())))
      when(writes, () => writeResult.next(result))
      when(reads, () => {
        readResult.next(result)
        readData.next(block.data)
      })
      bus.bvalid.drive(writeAnswer)
      bus.bresp.drive(writeResult)
      bus.rvalid.drive(readAnswer)
      bus.rresp.drive(readResult)
      bus.rdata.drive(readData)
    },
  )
