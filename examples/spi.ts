/** The controller of a serial peripheral interface (SPI). */
import { bitsFor, asynchronous, bit, cat, input, module, mux, output, reg, states, stream, uint, when } from '#edsl'
import { synchronised } from '#hdl/lib'

/** Bit 1: the level of the clock at rest. Bit 0: whether a bit is looked at on the first (0) or second (1) edge of its clock. */
export type SpiMode = 0 | 1 | 2 | 3

export interface SpiOptions {
  readonly mode: SpiMode
  /** Bits of a word. */
  readonly bits: number
  /** Cycles for half a period of the clock line, at least 3: what comes in is seen 2 cycles late. */
  readonly halfCycles: number
}

/**
 * Exchanges words with a peripheral, the highest bit first.
 *
 * Ports: `from` words to send; `to` the word that came back for each; `select` 0 while a word is exchanged; `clock`, `send`
 * and `receive` the other lines.
 * Timing: a word takes `2 * bits + 1` halves of a period; the first edge comes half a period after `select`.
 * Reset: nothing is selected.
 * Rejects: RangeError when `halfCycles` is below 3.
 */
export const spiController = ({ mode, bits, halfCycles }: SpiOptions) => {
  if (halfCycles < 3)
    throw new RangeError(`spiController(): in ${halfCycles} cycles no answer comes back, use 3 or more`)
  return module(
    `spi_controller_mode${mode}_w${bits}_${halfCycles}`,
    {
      from: input(stream(uint(bits))),
      to: output(stream(uint(bits))),
      select: output(bit),
      clock: output(bit),
      send: output(bit),
      receive: input(bit, { domain: asynchronous }),
    },
    ({ from, to, select, clock, send, receive }) => {
      const state = states('idle', 'busy', 'done')
      const word = reg(uint(bits))
      const received = reg(bit)
      const arrived = synchronised(receive, 'arrived')
      const level = reg(bit, mode >> 1)
      const half = reg(uint(bitsFor(2 * bits)), 0)
      const timer = reg(uint(bitsFor(halfCycles - 1)), 0)
      const looksAtFirst = mode % 2 === 0

      from.ready.drive(state.is('idle'))
      to.valid.drive(state.is('done'))
      to.payload.drive(word)
      select.drive(state.is('busy').not())
      clock.drive(level)
      send.drive(word.bit(bits - 1))

      const shifted = cat(word.truncate(bits - 1), received)
      state.match({
        idle: () =>
          when(from.fire, () => {
            word.next(from.payload)
            half.next(0)
            timer.next(halfCycles - 1)
            state.go('busy')
          }),
        busy: () => {
          timer.next(mux(timer.ne(0), timer.subWrap(1), halfCycles - 1))
          when(timer.eq(0), () => {
            const isLast = half.eq(2 * bits)
            half.next(half.addWrap(1))
            when(isLast, () => state.go('done')).otherwise(() => level.next(level.not()))
            // The halves 0, 2, 4 ... end with the first edge of a bit, the others with its second.
            const looks = looksAtFirst ? half.bit(0).not().and(isLast.not()) : half.bit(0)
            when(looks, () => received.next(arrived))
            const moves = looksAtFirst ? half.bit(0) : half.bit(0).not().and(half.ne(0))
            when(moves, () => word.next(shifted))
          })
        },
        done: () => when(to.fire, () => state.go('idle')),
      })
    },
  )
}

/** Bytes in mode 0, at an eighth of the clock. */
export const controller = spiController({ mode: 0, bits: 8, halfCycles: 4 })
