/** Files that describe a system: JSON, or TypeScript that exports a description as `system`. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  checkDescription,
  DescriptionError,
  type FullDescription,
  planSystem,
  type PlannedSystem,
  readJson,
  withLines,
} from '#describe'
import type { UnsafeCheck } from '#topology'
import { UsageError } from './io.ts'

/** Whether a word on the command line can be such a file. */
export const isSystemFile = (word: string): boolean => /\.(json|jsonc)$/.test(word)

/** A description out of a file, and how to plan it: mistakes have their line where the file is JSON. */
export interface SystemFile {
  readonly plan: (unsafe?: readonly UnsafeCheck[]) => PlannedSystem
}

/**
 * Reads a description.
 *
 * Rejects: UsageError when there is no such file, or nothing in it; DescriptionError with the mistakes of the description.
 */
export const readSystemFile = async (file: string): Promise<SystemFile> => {
  const path = resolve(file)
  if (!existsSync(path)) throw new UsageError(`${file}: there is no such file`)
  if (/\.[cm]?[jt]s$/.test(file)) {
    const description = checkDescription(await exported(file, path))
    return { plan: (unsafe) => planSystem(description, unsafe) }
  }
  if (!isSystemFile(file)) throw new UsageError(`${file}: a description is a file *.json or *.ts`)
  const json = readJson(readFileSync(path, 'utf8'))
  const inFile = <Result>(make: () => Result): Result => {
    try {
      return make()
    } catch (reason) {
      throw reason instanceof DescriptionError ? withLines(reason, json) : reason
    }
  }
  const description: FullDescription = inFile(() => checkDescription(json.value))
  return { plan: (unsafe) => inFile(() => planSystem(description, unsafe)) }
}

const exported = async (file: string, path: string): Promise<unknown> => {
  const { system } = (await import(pathToFileURL(path).href)) as { readonly system?: unknown }
  if (system === undefined)
    throw new UsageError(`${file} exports no description; write \`export const system = defineSystem({ ... })\``)
  return system
}
