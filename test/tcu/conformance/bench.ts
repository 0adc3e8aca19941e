/** What the conformance tests share: systems, runs, and the places of endpoints and buffers. */
import { defaultSystem } from '#layout'
import type { SystemDescription } from '#layout'
import type { Platform, PrintedText, Tile, TileProgram } from '#model'

/** Powers a system up: the platform under test. */
export type CreatePlatform = (system: SystemDescription) => Platform | Promise<Platform>

/** The default system with a send timeout that tests can wait for. */
export const impatientSystem: SystemDescription = {
  ...defaultSystem,
  name: 'soc_2x2_impatient',
  sendTimeoutCycles: 3000,
}

const limitCycles = 5_000_000

/** Runs programs by tile name until all have ended; gives what was printed and the platform for a look inside. */
export const runAll = async (
  createPlatform: CreatePlatform,
  programs: Readonly<Record<string, TileProgram>>,
  system: SystemDescription = defaultSystem,
): Promise<{ readonly printed: readonly PrintedText[]; readonly platform: Platform; readonly cycles: number }> => {
  const platform = await createPlatform(system)
  const printed: PrintedText[] = []
  try {
    const { cycles } = await platform.run(new Map(Object.entries(programs)), {
      limitCycles,
      start: 'all',
      until: 'all',
      onPrint: (text) => {
        printed.push(text)
      },
    })
    return { printed, platform, cycles }
  } finally {
    await platform[Symbol.asyncDispose]()
  }
}

/** Runs one program on the kernel tile. */
export const runOne = (createPlatform: CreatePlatform, program: TileProgram, system?: SystemDescription) =>
  runAll(createPlatform, { kernel: program }, system)

/** NoC ids of the default system, and one that no module has. */
export const ids = { kernel: 0x06, user1: 0x25, user2: 0x00, user3: 0x20, memory: 0x24, missing: 0x04, host: 0x3f05 }

/** Endpoints as the upstream tests number them. TCU section 10.2. */
export const eps = { send: 8, receive: 9, receive2: 10, reply: 11, memory: 20, window: 21 }

/** Places in a tile's local memory. */
export const placesOf = (tile: Tile) => {
  const { base } = tile.memory
  return {
    receive: base + 0x1000,
    receive2: base + 0x2000,
    message: base + 0x3000,
    data: base + 0x4000,
    copy: base + 0x9000,
    scratch: base + 0xe000,
  }
}

/** Bytes that are easy to recognise. */
export const pattern = (bytes: number, seed = 0): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, index) => (index * 7 + seed * 31 + (index >> 8)) & 0xff)
