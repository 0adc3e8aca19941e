/** A serial port: 8 bits, no parity, one stop bit (8N1). This is the side that receives. */
import {
  bitsFor,
  asynchronous,
  type Bit,
  bit,
  cat,
  input,
  module,
  output,
  reg,
  states,
  stream,
  uint,
  when,
} from '#edsl'
import { synchronised } from '#hdl/lib'

const majority = (a: Bit, b: Bit, c: Bit): Bit => a.and(b).or(a.and(c)).or(b.and(c))

/**
 * Receives what `uartTransmitter` sends, by the clock of somebody else.
 *
 * Ports: `line` the pin; `to` the characters; `lost` 1 for a cycle when a character comes while the one before it
 * waits, which goes on waiting; `broken` 1 for a cycle when a stop bit is 0.
 * Timing: a bit is what most of three cycles in its middle say. A character is there in the middle of its stop bit, so
 * the clocks may differ by about 1/20 less what `cyclesPerBit` makes coarse.
 */
export const uartReceiver = (cyclesPerBit: number) =>
  module(
    `uart_receiver_${cyclesPerBit}`,
    {
      line: input(bit, { domain: asynchronous }),
      to: output(stream(uint(8))),
      lost: output(bit),
      broken: output(bit),
    },
    ({ line, to, lost, broken }) => {
      const recent = reg(uint(3), 0b111)
      recent.next(cat(recent.slice(0, 2), synchronised(line, 'arrived')))
      const level = majority(recent.bit(0), recent.bit(1), recent.bit(2)).named('level')

      const state = states('idle', 'start', 'data', 'stop')
      const timer = reg(uint(bitsFor(cyclesPerBit - 1)), 0)
      const place = reg(uint(3), 0)
      const word = reg(uint(8))
      const full = reg(bit, 0)
      const shown = reg(uint(8))
      const middle = timer.eq(0)
      const wait = () => timer.next(cyclesPerBit - 1)

      to.valid.drive(full)
      to.payload.drive(shown)
      lost.drive(0)
      broken.drive(0)
      when(to.fire, () => full.next(0))
      when(middle.not(), () => timer.next(timer.subWrap(1)))
      state.match({
        idle: () =>
          when(level.not(), () => {
            timer.next(Math.floor(cyclesPerBit / 2) - 1)
            state.go('start')
          }),
        start: () =>
          when(middle, () => {
            wait()
            when(level, () => state.go('idle')).otherwise(() => state.go('data'))
          }),
        data: () =>
          when(middle, () => {
            wait()
            word.next(cat(level, word.slice(1, 7)))
            place.next(place.addWrap(1))
            when(place.all(), () => state.go('stop'))
          }),
        stop: () =>
          when(middle, () => {
            state.go('idle')
            broken.drive(level.not())
            const taken = full.not().or(to.ready)
            when(level, () => lost.drive(taken.not()))
            when(level.and(taken), () => {
              full.next(1)
              shown.next(word)
            })
          }),
      })
    },
  )

/** For 115,200 baud at 12 MHz. */
export const receiver = uartReceiver(104)
