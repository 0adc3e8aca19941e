/** A serial port: 8 bits, no parity, one stop bit (8N1). This is the side that sends. */
import { bitsFor, bit, cat, input, literal, module, output, reg, stream, uint, when } from '#edsl'

/**
 * Sends characters over a line: a start bit 0, eight bits from the lowest on, a stop bit 1.
 *
 * Ports: `from` the characters; `line` the pin, 1 while there is nothing to send.
 * Timing: a bit takes `cyclesPerBit` cycles, from the cycle after the character was taken; a character takes ten bits.
 */
export const uartTransmitter = (cyclesPerBit: number) =>
  module(`uart_transmitter_${cyclesPerBit}`, { from: input(stream(uint(8))), line: output(bit) }, ({ from, line }) => {
    const frame = reg(uint(9), 0x1ff)
    const left = reg(uint(4), 0)
    const timer = reg(uint(bitsFor(cyclesPerBit - 1)), 0)

    from.ready.drive(left.eq(0))
    line.drive(frame.bit(0))
    when(from.fire, () => {
      frame.next(cat(from.payload, literal(1, 0)))
      left.next(10)
      timer.next(cyclesPerBit - 1)
    })
      .elseWhen(timer.ne(0), () => {
        timer.next(timer.subWrap(1))
      })
      .elseWhen(left.ne(0), () => {
        // Ones follow the character: they are the stop bit, and the line at rest.
        frame.next(cat(literal(1, 1), frame.slice(1, 8)))
        left.next(left.subWrap(1))
        timer.next(cyclesPerBit - 1)
      })
  })

/** For 115,200 baud at 12 MHz. */
export const transmitter = uartTransmitter(104)
