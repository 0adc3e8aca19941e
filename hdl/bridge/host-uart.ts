/** A host bridge behind a serial line. */
import {
  asynchronous,
  bit,
  bitsFor,
  cat,
  connect,
  input,
  instance,
  literal,
  module,
  output,
  reg,
  stream,
  uint,
  when,
} from '#edsl'
import { synchronised } from '#hdl/lib'
import { flitBits, flitBytes, frameBytes, nocId } from '#layout'
import { hostBridge } from './host-bridge.ts'
import { cobsDecoder, cobsEncoder } from './host-cobs.ts'
import { type HostBridgeOptions, hostBridgeParameters } from './host-parameters.ts'

/**
 * Sends bytes: a start bit 0, eight bits from the lowest on, a stop bit 1.
 *
 * Ports: `from` the bytes; `line` the pin, 1 at rest.
 * Timing: ten times `cyclesPerBit` cycles per byte.
 * Reset: at rest.
 */
export const serialSender = (cyclesPerBit: number) =>
  module(`serial_sender_${cyclesPerBit}`, { from: input(stream(uint(8))), line: output(bit) }, ({ from, line }) => {
    const frame = reg(uint(9), 0x1ff)
    const left = reg(uint(4), 0)
    const timer = reg(uint(bitsFor(cyclesPerBit - 1)), 0)
    from.ready.drive(left.eq(0))
    line.drive(frame.bit(0))
    when(from.fire, () => {
      frame.next(cat(from.payload, literal(1, 0)))
      left.next(10)
      timer.next(cyclesPerBit - 1)
    }).elseWhen(left.any(), () => {
      when(timer.any(), () => timer.next(timer.subWrap(1))).otherwise(() => {
        frame.next(cat(literal(1, 1), frame.slice(1, 8)))
        left.next(left.subWrap(1))
        timer.next(cyclesPerBit - 1)
      })
    })
  })

/**
 * Receives bytes. A byte is looked at in the middle of its bits; one without a stop bit is dropped.
 *
 * Ports: `line` the pin; `to` the bytes, each offered until the next one comes, which replaces it.
 * Timing: clocks may differ by about 4 % less what `cyclesPerBit` makes coarse.
 * Reset: waits for a start bit.
 */
export const serialReceiver = (cyclesPerBit: number) =>
  module(
    `serial_receiver_${cyclesPerBit}`,
    { line: input(bit, { domain: asynchronous }), to: output(stream(uint(8))) },
    ({ line, to }) => {
      const level = synchronised(line, 'arrived')
      const busy = reg(bit, 0)
      /** Bits with the stop bit on top; a 1 that has moved to the bottom says that all are there. */
      const bits = reg(uint(10), 0)
      const timer = reg(uint(bitsFor(cyclesPerBit + Math.floor(cyclesPerBit / 2))), 0)
      const full = reg(bit, 0)
      const byte = reg(uint(8))
      to.valid.drive(full)
      to.payload.drive(byte)
      when(to.fire, () => full.next(0))
      when(busy.not(), () => {
        timer.next(Math.floor(cyclesPerBit / 2) - 1)
        bits.next(0b10_0000_0000)
        when(level.not(), () => busy.next(1))
      })
        .elseWhen(timer.any(), () => timer.next(timer.subWrap(1)))
        .otherwise(() => {
          timer.next(cyclesPerBit - 1)
          bits.next(cat(level, bits.slice(1, 9)))
          // What began as a start bit was noise.
          when(bits.truncate(9).eq(0).and(level), () => busy.next(0))
          when(bits.bit(0), () => {
            busy.next(0)
            when(level, () => {
              byte.next(bits.slice(2, 8))
              full.next(1)
            })
          })
        })
    },
  )

/** How a host bridge behind a serial line is made. */
export interface SerialHostBridgeOptions extends HostBridgeOptions {
  readonly format?: 'framed' | 'rawBytes'
  /** Bits per second. */
  readonly baud: number
}

/**
 * A `hostBridge` behind a serial line, 8 bits, no parity, one stop bit. Frames are coded with COBS and ended by 0; raw flits
 * follow each other as they are. The time after which a frame is sent again is 20 ms and that of three of the longest
 * frames, unless it is given.
 *
 * Ports: as `hostBridge`, with the pins `receive` and `transmit` for the bytes.
 * Rejects: RangeError for fewer than 4 cycles per bit, and as `hostBridge`.
 * Source: NoC section 8.3.
 */
export const serialHostBridge = ({ baud, ...options }: SerialHostBridgeOptions) => {
  const cyclesPerBit = Math.round(options.clockHz / baud)
  if (!(cyclesPerBit >= 4))
    throw new RangeError(`serialHostBridge(): ${baud} baud at ${options.clockHz} Hz: a bit takes 4 cycles or more`)
  const { frameFlits, format } = hostBridgeParameters(options)
  const frameSeconds = (10 * (frameBytes.header + frameBytes.check + flitBytes * frameFlits + 10)) / baud
  const resendMicroseconds = options.resendMicroseconds ?? Math.ceil(20_000 + 3e6 * frameSeconds)
  const bridge = hostBridge({ ...options, resendMicroseconds })
  return module(
    `serial_${bridge.name}_${cyclesPerBit}`,
    {
      own: input(nocId),
      requestIn: input(stream(uint(flitBits))),
      responseIn: input(stream(uint(flitBits))),
      requestOut: output(stream(uint(flitBits))),
      responseOut: output(stream(uint(flitBits))),
      receive: input(bit, { domain: asynchronous }),
      transmit: output(bit),
      restart: output(bit),
      up: output(bit),
    },
    (ports) => {
      const inner = instance(bridge, 'bridge')
      const sender = instance(serialSender(cyclesPerBit), 'sender')
      const receiver = instance(serialReceiver(cyclesPerBit), 'receiver')
      inner.own.drive(ports.own)
      connect(inner.requestIn, ports.requestIn)
      connect(inner.responseIn, ports.responseIn)
      connect(ports.requestOut, inner.requestOut)
      connect(ports.responseOut, inner.responseOut)
      ports.restart.drive(inner.restart)
      ports.up.drive(inner.up)
      ports.transmit.drive(sender.line)
      receiver.line.drive(ports.receive)
      if (format === 'framed') {
        const encoder = instance(cobsEncoder, 'encoder')
        const decoder = instance(cobsDecoder, 'decoder')
        connect(encoder.from, inner.sent)
        connect(sender.from, encoder.to)
        connect(decoder.from, receiver.to)
        connect(inner.received, decoder.to)
      } else {
        sender.from.valid.drive(inner.sent.valid)
        sender.from.payload.drive(inner.sent.payload.data)
        inner.sent.ready.drive(sender.from.ready)
        inner.received.valid.drive(receiver.to.valid)
        inner.received.payload.drive({ last: 0, data: receiver.to.payload })
        receiver.to.ready.drive(inner.received.ready)
      }
    },
  )
}

/** For an iCE40 HX8K at 25 MHz, with room for memory bursts and messages of up to 800 bytes: 1 Mbit/s. */
export const smallSerialBridge = serialHostBridge({
  ...{ clockHz: 25_000_000, baud: 1_000_000, modules: 3 },
  ...{ depth: 56, largestPacket: 53, outstanding: 2, counterBits: 16 },
})
