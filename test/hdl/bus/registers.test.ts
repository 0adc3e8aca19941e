import { describe, expect, test } from 'vitest'
import { bit, struct, uint } from '#edsl'
import { axiLiteRegisters, wishboneRegisters } from '#hdl/bus'
import { registerMap } from '#layout'
import { simulate } from '#sim/simulate'
import { axiLiteManager } from '../../support/axi-lite.ts'

const timer = registerMap({
  name: 'timer',
  wordBytes: 4,
  base: 0,
  sides: ['bus'],
  registers: {
    CONTROL: {
      at: 0x00,
      shape: struct({ prescale: uint(12), run: bit }),
      access: 'read-write',
      reset: 0x10n,
      doc: 'Starts it.',
    },
    COUNT: { at: 0x04, shape: uint(32), access: 'read', doc: 'Cycles left.' },
    DONE: { at: 0x08, shape: uint(4), access: 'write-1-clears', reset: 0n, doc: 'What happened.' },
    START: { at: 0x0c, shape: uint(4), access: 'write-1-sets', reset: 0n, doc: 'What to do.' },
    LOST: { at: 0x10, shape: uint(8), access: 'read-clears', reset: 0n, doc: 'What was lost.' },
    SECRET: { at: 0x14, shape: uint(16), access: 'write', reset: 0n, doc: 'Nobody reads it.' },
  },
})

describe('registers behind AXI4-Lite', () => {
  const open = () => {
    const sim = simulate(axiLiteRegisters(timer))
    return { sim, bus: axiLiteManager(sim, sim.io.bus) }
  }

  test('begin with their reset values', () => {
    const { sim, bus } = open()

    expect(bus.read(0)).toEqual({ data: 0x10, response: 'okay' })
    expect(sim.io.values.CONTROL.value).toEqual({ prescale: 8, run: 0 })
  })

  test('take the bytes that are enabled, and tell the hardware', () => {
    const { sim, bus } = open()

    const responses = [bus.write(0, 0xffff_ffff, 0b0001), bus.write(0, 0x0000_0200, 0b0010)]

    expect(responses).toEqual(['okay', 'okay'])
    expect(bus.read(0).data).toBe(0x2ff)
    expect(sim.io.values.CONTROL.value).toEqual({ prescale: 0x17f, run: 1 })
  })

  test('a write is told for one cycle', () => {
    const { sim } = open()
    const { bus } = sim.io
    bus.awvalid.value = 1
    bus.wvalid.value = 1

    const pulses = Array.from({ length: 3 }, () => {
      sim.step()
      bus.awvalid.value = 0
      bus.wvalid.value = 0
      return sim.io.written.CONTROL.value
    })

    expect(pulses).toEqual([1, 0, 0])
  })

  test('what only hardware sets can be read, and not be written', () => {
    const { sim, bus } = open()
    sim.io.hardware.COUNT.value = 1234

    bus.write(4, 99)

    expect(bus.read(4).data).toBe(1234)
  })

  test('what happened stays until it is cleared, also when it happens in that very cycle', () => {
    const { sim, bus } = open()
    sim.io.hardware.DONE.value = 0b0011
    sim.step()
    sim.io.hardware.DONE.value = 0b0001

    bus.write(8, 0b0011)
    sim.io.hardware.DONE.value = 0

    expect(bus.read(8).data).toBe(0b0001)
    bus.write(8, 0b0001)
    expect(bus.read(8).data).toBe(0)
  })

  test('what is to be done stays until the hardware has done it', () => {
    const { sim, bus } = open()
    bus.write(0xc, 0b0101)
    bus.write(0xc, 0b0010)
    expect(bus.read(0xc).data).toBe(0b0111)

    sim.io.hardware.START.value = 0b0100
    sim.step()

    expect(sim.io.values.START.value).toBe(0b0011)
  })

  test('a read clears, and loses nothing that happens meanwhile', () => {
    const { sim, bus } = open()
    sim.io.hardware.LOST.value = 0x81
    sim.step()
    sim.io.hardware.LOST.value = 0

    expect([bus.read(0x10).data, bus.read(0x10).data]).toEqual([0x81, 0])
  })

  test('what may not be read reads 0, and an address without register is told', () => {
    const { sim, bus } = open()
    bus.write(0x14, 0xbeef)

    expect(sim.io.values.SECRET.value).toBe(0xbeef)
    expect(bus.read(0x14)).toEqual({ data: 0, response: 'okay' })
    expect(bus.read(0x40)).toEqual({ data: 0, response: 'decodeError' })
    expect(bus.write(0x40, 1)).toBe('decodeError')
  })

  test('reads and writes that wait take turns, one access per cycle', () => {
    const { sim } = open()
    const { bus } = sim.io
    for (const port of [bus.awvalid, bus.wvalid, bus.arvalid, bus.bready, bus.rready]) port.value = 1

    const turns = Array.from({ length: 6 }, () => {
      const turn = `${bus.awready.value}${bus.arready.value}`
      sim.step()
      return turn
    })

    expect(turns).toEqual(['10', '01', '10', '01', '10', '01'])
  })
})

test('registers behind Wishbone answer one cycle after the strobe', () => {
  using sim = simulate(wishboneRegisters(timer))
  const { bus } = sim.io
  const access = (address: number, write: number | undefined) => {
    bus.adr.value = address
    bus.we.value = write === undefined ? 0 : 1
    bus.datWrite.value = write ?? 0
    bus.sel.value = 0xf
    bus.cyc.value = 1
    bus.stb.value = 1
    sim.step()
    const answer = { ack: bus.ack.value, err: bus.err.value, data: bus.datRead.value }
    bus.cyc.value = 0
    bus.stb.value = 0
    sim.step()
    return answer
  }

  expect(access(0, 0x11)).toMatchObject({ ack: 1, err: 0 })
  expect(access(0, undefined)).toEqual({ ack: 1, err: 0, data: 0x11 })
  expect(access(0x80, undefined)).toMatchObject({ ack: 0, err: 1 })
  expect(sim.io.values.CONTROL.value).toEqual({ prescale: 8, run: 1 })
})

test('maps that a bus cannot carry are refused', () => {
  const one = { at: 0, shape: uint(8), access: 'read', doc: '' } as const
  const both = registerMap({ name: 'm', wordBytes: 4, base: 0, sides: ['a', 'b'], registers: { A: one } })
  const several = registerMap({
    name: 'm',
    wordBytes: 4,
    base: 0,
    sides: ['a'],
    registers: { A: { ...one, count: 2 } },
  })

  expect(() => axiLiteRegisters(both)).toThrow('m: a bus is one side, the map has a, b')
  expect(() => axiLiteRegisters(several)).toThrow('m.A is several registers: put a memory there')
})
