/** A block of registers behind Wishbone. */
import { bit, flip, module, reg, uint, when } from '#edsl'
import type { RegisterMap, Registers } from '#layout'
import { dataBitsOf, registerBlock, registerPorts } from './register-ports.ts'
import { wishbone } from './wishbone.ts'

/**
 * The registers of a map as a subordinate of Wishbone B4.
 *
 * Ports: `bus`; `values`, `hardware` and `written` as of `axiLiteRegisters`.
 * Timing: `ack`, or `err` where there is no register, one cycle after the strobe; an access every second cycle.
 * Reset: registers as declared.
 * Rejects: RangeError for a map of several sides or with several registers of a kind.
 * Source: WISHBONE B4, section 3.2.
 */
export const wishboneRegisters = <const R extends Registers, const Bytes extends 4 | 8>(
  map: RegisterMap<string, R, Bytes>,
  addressBits = 12,
) =>
  module(
    `${map.name}_wishbone`,
    { bus: flip(wishbone({ addressBits, dataBits: dataBitsOf(map) })), ...registerPorts(map) },
    (ports) => {
      const { bus } = ports
      const answers = reg(bit, 0)
      const found = reg(bit, 0)
      const data = reg(uint(8 * map.wordBytes))
      const starts = bus.cyc.and(bus.stb).and(answers.not())

      const block = registerBlock(map, ports, {
        valid: starts,
        write: bus.we,
        address: bus.adr,
        data: bus.datWrite,
        enables: bus.sel,
      })
      answers.next(starts)
      when(starts, () => {
        found.next(block.known)
        data.next(block.data)
      })
      bus.ack.drive(answers.and(found))
      bus.err.drive(answers.and(found.not()))
      bus.datRead.drive(data)
    },
  )
