/** The Verilog of a design in a folder. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { emitDesign } from '#emit'
import type { Design } from '#ir'
import { grouped } from '#report'
import { UsageError } from './io.ts'

/** What was written where. */
export interface WrittenVerilog {
  readonly top: string
  readonly directory: string
  /** Names in the directory; the last one lists the others for tools. */
  readonly files: readonly string[]
  readonly modules: number
  readonly lines: number
}

const listName = 'files.f'

/**
 * Writes the Verilog of a design, one file per module, and the list of them.
 *
 * Rejects: UsageError when the folder cannot be written; what was there before stays then.
 */
export const writeVerilog = (design: Design, output: string): WrittenVerilog => {
  const { top, files, data, foreign } = emitDesign(design, { contents: 'files' })
  const directory = resolve(output)
  // Verilog of others stays where it is
  const sources = [...foreign.map((file) => relative(directory, resolve(file))), ...files.map(({ name }) => name)]
  const list = { name: listName, text: sources.map((name) => `${name}\n`).join('') }
  const all = [...files, ...data, list]
  writeAll(directory, all)
  return {
    top,
    directory,
    files: all.map(({ name }) => name),
    modules: files.length,
    lines: files.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0),
  }
}

/** `49 modules, 10,680 lines of Verilog in out`. */
export const describeVerilog = ({ modules, lines, directory }: WrittenVerilog): string =>
  `${modules} modules, ${grouped(lines)} lines of Verilog in ${relative(process.cwd(), directory) || '.'}`

/** Writes all files next to their places first, so that what stops half-way leaves the old ones as they were. */
const writeAll = (directory: string, all: readonly { readonly name: string; readonly text: string }[]): void => {
  const partial = (name: string): string => join(directory, `.${name}.partial`)
  const refuse = (reason: unknown): never => {
    const why = reason instanceof Error ? reason.message : String(reason)
    throw new UsageError(`the Verilog cannot be written to ${directory}: ${why}`)
  }
  try {
    mkdirSync(directory, { recursive: true })
  } catch (reason) {
    refuse(reason)
  }
  try {
    for (const { name, text } of all) writeFileSync(partial(name), text)
    for (const { name } of all) renameSync(partial(name), join(directory, name))
  } catch (reason) {
    for (const { name } of all) rmSync(partial(name), { force: true })
    refuse(reason)
  }
}
