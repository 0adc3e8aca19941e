import { expect, test } from 'vitest'
import { offsetOf } from '#layout'
import { registerHeader, registerTable } from '#report'
import { simulate } from '#sim/simulate'
import '#sim/simulate/vitest'
import { pwm, pwmRegisters } from '../../examples/pwm.ts'
import { axiLiteManager } from '../support/axi-lite.ts'

const at = (name: keyof typeof pwmRegisters.registers) => offsetOf(pwmRegisters, name)

const open = () => {
  const sim = simulate(pwm)
  return { sim, bus: axiLiteManager(sim, sim.io.bus) }
}

/** The levels of the pin in the next cycles, from the beginning of a period on. */
const levels = ({ sim }: ReturnType<typeof open>, cycles: number): string => {
  sim.until(() => sim.peek('count') === 0)
  return Array.from({ length: cycles }, () => {
    const level = sim.io.pin.value
    sim.step()
    return level
  }).join('')
}

test('the pin is 1 for the width of each period', () => {
  const opened = open()
  opened.bus.write(at('LAST'), 4)
  opened.bus.write(at('WIDTH'), 2)
  opened.bus.write(at('CONTROL'), 0b01)

  expect(levels(opened, 12)).toBe('110001100011')
})

test('a width of 0 is no pulse, and one above the period no pause', () => {
  const opened = open()
  opened.bus.write(at('LAST'), 3)
  opened.bus.write(at('CONTROL'), 0b01)
  const without = levels(opened, 8)
  opened.bus.write(at('WIDTH'), 4)
  opened.sim.step(4)

  expect([without, levels(opened, 8)]).toEqual(['00000000', '11111111'])
})

test('a new width waits for the next period', () => {
  const opened = open()
  opened.bus.write(at('LAST'), 19)
  opened.bus.write(at('WIDTH'), 2)
  opened.bus.write(at('CONTROL'), 0b11)
  opened.sim.until(() => opened.sim.peek('count') === 4)
  opened.bus.write(at('WIDTH'), 15)

  const now = Number(opened.sim.peek('count'))

  expect(now).toBeLessThan(15)
  expect(opened.sim.io.pin.value).toBe(1)
  expect(levels(opened, 20)).toBe('00000000000000011111')
})

test('the end of a period is an event, until software clears it', () => {
  const { sim, bus } = open()
  bus.write(at('LAST'), 50)
  bus.write(at('CONTROL'), 0b01)
  sim.until(sim.io.interrupt)
  const told = bus.read(at('EVENTS')).data
  bus.write(at('EVENTS'), 1)

  expect([told, sim.io.interrupt.value, bus.read(at('EVENTS')).data]).toEqual([1, 0, 0])
})

test('the pin follows the counter in its cycle', () => {
  const { sim, bus } = open()
  bus.write(at('LAST'), 3)
  bus.write(at('WIDTH'), 1)
  bus.write(at('CONTROL'), 0b01)
  sim.until(() => sim.peek('count') === 3)
  const wave = sim.record(['count', 'pin', 'interrupt'])
  sim.step(6)

  expect(wave).toMatchWave(`
    count      3 0 1 2 3 0
    pin        ▁▁▔▔▁▁▁▁▁▁▔▔
    interrupt  ▁▁▔▔▔▔▔▔▔▔▔▔
  `)
})

test('the table and the C header for its software', async () => {
  await expect(registerTable(pwmRegisters)).toMatchFileSnapshot('snapshots/pwm.md')
  await expect(registerHeader(pwmRegisters)).toMatchFileSnapshot('snapshots/pwm.h')
})
