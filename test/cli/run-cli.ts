/** The command line inside the test's process. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../src/cli/index.ts'

export interface CliRun {
  readonly code: number
  readonly out: string
  readonly err: string
}

export const tessera = async (args: readonly string[], signal?: AbortSignal): Promise<CliRun> => {
  let [out, err] = ['', '']
  const code = await main(args, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    interactive: false,
    ...(signal === undefined ? {} : { signal }),
  })
  return { code, out, err }
}

export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'tessera-'))

/** A boot file with this inside the root application and these modules. */
export const bootFile = (inside: string, mods = '<mod name="hello" file="hello"/>'): string => {
  const path = join(freshFolder(), 'boot.xml')
  writeFileSync(path, `<config><mods>${mods}</mods><dom><app args="root">${inside}</app></dom></config>`)
  return path
}
