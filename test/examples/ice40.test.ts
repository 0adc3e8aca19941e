/** The iCE40 board: the same host session on its description and on its netlist of cells. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { simulate } from '#sim/simulate'
import { bitstream, simulateGates, synthesise, targetNamed } from '#synth'
import { board } from '../../examples/ice40/board.ts'
import { boardPins } from '../../examples/ice40/pins.ts'
import { boardSession } from '../synth/support/board-session.ts'

test('a host reads, writes and hears the board', async () => {
  using sim = simulate(board, { watch: 'ports' })
  const cycles = await boardSession({
    receive: (level) => void (sim.io.receive.value = level),
    transmit: () => sim.io.transmit.value,
    step: () => void sim.step(),
  })

  expect(cycles).toBeGreaterThan(10_000)
}, 120_000)

/** Runs the session on the netlist in `directory`. */
const onGates = async (directory: string): Promise<number> => {
  const gates = simulateGates(readFileSync(join(directory, 'netlist.json'), 'utf8'))
  gates.set('receive', 1n)
  gates.set('rst', 1n)
  gates.step()
  gates.step()
  gates.set('rst', 0n)
  return boardSession({
    receive: (level) => gates.set('receive', BigInt(level)),
    transmit: () => Number(gates.get('transmit')),
    step: () => gates.step(),
  })
}

const inFolder = async <T>(use: (directory: string) => Promise<T>): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-ice40-'))
  try {
    return await use(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

// Synthesis takes half a minute, place and route two: `TESSERA_LONG=1` makes the bitstream, too.
const long = process.env['TESSERA_LONG'] === '1'

test('the same on the netlist', async () => {
  await inFolder(async (directory) => {
    await synthesise(elaborate(board), targetNamed('ice40-hx8k'), { directory })

    expect(await onGates(directory)).toBeGreaterThan(10_000)
  })
}, 900_000)

test.runIf(long)(
  'the bitstream runs at 25 MHz or more, and its netlist passes, too',
  async () => {
    await inFolder(async (directory) => {
      const report = await bitstream(elaborate(board), targetNamed('ice40-hx8k'), {
        ...{ directory, pins: boardPins, clockHz: 25_000_000 },
      })

      expect(report.clocks['clk']).toBeGreaterThanOrEqual(25_000_000)
      expect(report.bytes).toBe(135_100)
      await onGates(directory)
    })
  },
  1_800_000,
)
