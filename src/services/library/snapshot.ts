/** What can be read of a TCU's protected state, to find out whether it changed. */
import { endpointCount, endpointRegister, registers } from '#layout'
import type { Context } from '../runtime/context.ts'

/** Values of FEATURES, EXT_CMD and all endpoint words, by a name for each. */
export type Snapshot = ReadonlyMap<string, bigint>

/** Reads the registers that only the kernel may write; endpoints in `except` are left out. */
export const takeSnapshot = async (context: Context, except: readonly number[] = []): Promise<Snapshot> => {
  const { tile } = context
  const values = new Map<string, bigint>()
  for (const name of ['FEATURES', 'EXT_CMD'] as const) values.set(name, await tile.readRegister(registers[name]))
  for (let ep = 0; ep < endpointCount; ep++) {
    if (except.includes(ep)) continue
    for (const word of [0, 1, 2])
      values.set(`endpoint ${ep} word ${word}`, await tile.readRegister(endpointRegister(ep, word)))
  }
  return values
}

/** Names of what differs. */
export const differences = (before: Snapshot, after: Snapshot): readonly string[] =>
  [...before].filter(([name, value]) => after.get(name) !== value).map(([name]) => name)
