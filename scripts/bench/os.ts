/**
 * The operating system: cycles of what programs ask for. Names are those of services section 7.2. Programs are TypeScript and
 * cost nothing but what they do with their tile, unless `--software-cost` says so; docs/os.md tells what that means.
 */
import type { Row } from './row.ts'
import { benchBoots } from './os/boots.ts'
import { benchCalls } from './os/calls.ts'
import { benchChains, benchScale } from './os/chains.ts'
import { benchFiles, benchMemory, benchPipe } from './os/data.ts'
import { benchIpc } from './os/ipc.ts'
import type { OsOptions } from './os/options.ts'

const parts = { benchIpc, benchCalls, benchMemory, benchFiles, benchPipe, benchChains, benchScale, benchBoots } as const

/** The group `os`. A part that fails is a row with the reason; the others go on. */
export const benchOs = async (options: OsOptions): Promise<readonly Row[]> => {
  const rows: Row[] = []
  for (const [name, part] of Object.entries(parts))
    try {
      rows.push(...(await part(options)))
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
      const unmeasured = { value: Number.NaN, unit: '', reference: null, ratio: null, budget: null, ok: false, reason }
      rows.push({ name: `os ${name}`, ...unmeasured })
    }
  return rows
}
