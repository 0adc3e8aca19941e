/** What a host does with examples/ice40, the same for its description and for its netlist. */
import { expect } from 'vitest'
import { boardFacts } from '../../../examples/ice40/board.ts'
import { type Pins, serialHost } from './serial-host.ts'

const { tile } = boardFacts

/** Runs the session; gives the cycles that it took. */
export const boardSession = async (pins: Pins): Promise<number> => {
  const printed: string[] = []
  const { host, run, cycles } = await serialHost(pins, boardFacts, { onPrint: ({ text }) => printed.push(text) })
  expect(host.bridge.modules).toBe(2)

  // memory, at places with and without alignment
  const text = 'hello from an FPGA of 7,680 gates\n'
  const bytes = new TextEncoder().encode(text)
  await run(host.write(tile, 0, bytes))
  expect(await run(host.read(tile, 0, bytes.length))).toEqual(bytes)
  const blob = Uint8Array.from({ length: 101 }, (_, index) => (index * 37 + 11) & 0xff)
  await run(host.write(tile, 0x123, blob))
  await run(host.write(tile, 0x1ff, Uint8Array.of(1, 2)))
  const around = await run(host.read(tile, 0x121, 106))
  expect(around.slice(2, 103)).toEqual(blob)
  expect(await run(host.read(tile, 0x1ff, 2))).toEqual(Uint8Array.of(1, 2))
  expect(await run(host.read(tile, 0, bytes.length))).toEqual(bytes)

  // what is not there
  await expect(run(host.read(tile, 0xffc, 8))).rejects.toThrow('TIMEOUT_MEM')
  await expect(run(host.write(tile, 0x1000, Uint8Array.of(1)))).rejects.toThrow('TIMEOUT_MEM')

  // the tile speaks
  await run(host.writeRegister(tile, 0, BigInt(bytes.length)))
  await run(host.read(tile, 0, 1))
  expect(printed).toEqual([text])
  return cycles()
}
