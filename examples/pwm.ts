/** A pulse width modulator behind AXI4-Lite: its registers are declared once. */
import { bit, connect, flip, instance, module, mux, output, reg, struct, uint, when } from '#edsl'
import { axiLite, axiLiteRegisters } from '#hdl/bus'
import { registerMap } from '#layout'

/** What software sees. */
export const pwmRegisters = registerMap({
  name: 'pwm',
  wordBytes: 4,
  base: 0x4000_0000,
  sides: ['bus'],
  registers: {
    CONTROL: {
      at: 0x00,
      shape: struct({ inverted: bit, run: bit }),
      access: 'read-write',
      reset: 0n,
      doc: 'Starts the counter; turns the pin round.',
    },
    LAST: { at: 0x04, shape: uint(16), access: 'read-write', reset: 0xffffn, doc: 'Cycles of a period, less one.' },
    WIDTH: {
      at: 0x08,
      shape: uint(16),
      access: 'read-write',
      reset: 0n,
      doc: 'Cycles of a period in which the pin is 1.',
    },
    COUNT: { at: 0x0c, shape: uint(16), access: 'read', doc: 'The cycle of the period, from 0.' },
    EVENTS: { at: 0x10, shape: struct({ period: bit }), access: 'write-1-clears', reset: 0n, doc: 'What has ended.' },
  },
})

/**
 * Makes pulses of a width that software chooses.
 *
 * Ports: `bus` the registers of `pwmRegisters`; `pin` the pulses; `interrupt` 1 while an event is not cleared.
 * Timing: a new width or period counts from the next period on.
 * Reset: stopped, the pin is 0.
 */
export const pwm = module(
  'pwm',
  { bus: flip(axiLite({ addressBits: 12, dataBits: 32 })), pin: output(bit), interrupt: output(bit) },
  ({ bus, pin, interrupt }) => {
    const registers = instance(axiLiteRegisters(pwmRegisters))
    connect(bus, registers.bus)
    const { CONTROL: control, LAST, WIDTH, EVENTS: events } = registers.values

    const count = reg(uint(16), 0)
    const last = reg(uint(16), 0xffff)
    const width = reg(uint(16), 0)
    const ends = control.run.and(count.eq(last))

    when(control.run, () => count.next(mux(ends.not(), count.addWrap(1), 0)))
    when(control.run.not().or(ends), () => {
      last.next(LAST)
      width.next(WIDTH)
    })
    when(control.run.not(), () => count.next(0))

    pin.drive(control.run.and(count.lt(width)).xor(control.inverted))
    registers.hardware.COUNT.drive(count)
    registers.hardware.EVENTS.period.drive(ends)
    interrupt.drive(events.period)
  },
)
