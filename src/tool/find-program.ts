// Finds programs in the PATH.

import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/** The path of a program, undefined when the PATH has no such program. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const places = isAbsolute(name) ? [''] : (env['PATH'] ?? '').split(delimiter).filter((place) => place !== '')
  return places.map((place) => join(place, name)).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
