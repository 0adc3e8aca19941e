/** Boot files: wall seconds, and simulated cycles per second. */
import { readdirSync } from 'node:fs'
import { main } from '#cli'
import { cyclesRow, rateRow, type Row } from '../row.ts'
import { tell, type OsOptions } from './options.ts'

interface Booted {
  readonly ok: boolean
  readonly cycles: number
  readonly wallSeconds: number
}

const boot = async (file: string, { platform, softwareCost }: OsOptions): Promise<Booted> => {
  let [out, err] = ['', '']
  const cost = `${softwareCost.cyclesPerOperation},${softwareCost.cyclesPerLine}`
  const code = await main(['boot', file, '--json', '--platform', platform, '--software-cost', cost], {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    interactive: false,
  })
  if (code !== 0) throw new Error(`${file} ended with exit code ${code}: ${err.trim()}`)
  return JSON.parse(out) as Booted
}

/** Every file in boot/ on the chosen platform; on the RTL a system that was not built yet is built first, which is not counted. */
export const benchBoots = async (options: OsOptions): Promise<readonly Row[]> => {
  const rows: Row[] = []
  const files = readdirSync('boot').filter((name) => name.endsWith('.xml'))
  for (const name of files) {
    tell(`boot/${name}`)
    const { cycles, wallSeconds } = await boot(`boot/${name}`, options)
    rows.push(
      { ...rateRow(`boot/${name}`, wallSeconds, 's') },
      cyclesRow(`boot/${name}`, cycles),
      rateRow(`boot/${name}`, Math.round(cycles / Math.max(wallSeconds, 1e-3)), 'cycles/s'),
    )
  }
  return rows
}
