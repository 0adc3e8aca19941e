/** A platform whose steps are replayed while it runs, and which is compared with the model when it has come to rest. */
import { createReplay } from '#model'
import type { Platform, Replay, Tile, TileProgram } from '#model'

/** Lets a replay see what a program writes into its local memory. */
const mirrored =
  (name: string, program: TileProgram, replay: Replay): TileProgram =>
  (tile: Tile) =>
    program({
      ...tile,
      writeMemory(address, data) {
        tile.writeMemory(address, data)
        replay.writeMemory(name, address, data)
      },
    })

/** Wraps a platform. The run rejects with a `Difference` when the model does not agree with a step or the end. */
export const replayedPlatform = (platform: Platform): Platform => {
  const replay = createReplay(platform.system)
  return {
    ...platform,
    async run(programs, options) {
      const watched = new Map([...programs].map(([name, program]) => [name, mirrored(name, program, replay)]))
      const outcome = await platform.run(watched, {
        ...options,
        onStep(record) {
          options.onStep?.(record)
          replay.apply(record)
        },
      })
      replay.compareAtRest(
        (module, offset) => platform.peekRegister(module, offset),
        (module, address, bytes) => platform.peekMemory(module, address, bytes),
      )
      return outcome
    },
  }
}
