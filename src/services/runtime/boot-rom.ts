/** What a user tile's core does after reset. Source: TCU section 6.6. */
import { coreConfigRegister } from '#layout'
import type { TileProgram } from '#model'
import { largestImageBytes, programOf } from './image.ts'
import { runMux } from './mux.ts'
import type { Program, ProgramObserver } from './program.ts'

/** Name of the multiplexer's image, the only program that a boot ROM starts itself. */
export const muxProgram = 'tilemux'

/**
 * Waits for interrupt 1, then starts the multiplexer whose image lies at the start of the local memory; afterwards waits
 * again. `programs` is what activities can run here, `observer` hears of their beginning and end outside of the simulation.
 *
 * Rejects: Error when the memory holds no image of a multiplexer.
 */
export const bootRom =
  (programs: ReadonlyMap<string, Program>, observer: ProgramObserver): TileProgram =>
  async (tile) => {
    for (;;) {
      if ((await tile.waitForInterrupt(1)) !== 'interrupt') continue
      await tile.writeRegister(coreConfigRegister(1), 0n)
      const name = programOf(tile.readMemory(tile.memory.base, largestImageBytes))
      if (name !== muxProgram) throw new Error(`the memory of tile 0x${tile.id.toString(16)} holds no multiplexer`)
      await runMux(tile, programs, observer)
    }
  }
