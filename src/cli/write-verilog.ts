/** The Verilog of a design in a folder. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { emitDesign } from '#emit'
import type { Design } from '#ir'
import { grouped } from '#report'
import { clockPorts, packageFiles, type Project, type ProjectFile } from '#synth'
import { UsageError } from './io.ts'

/** What was written where. */
export interface WrittenVerilog {
  readonly top: string
  readonly directory: string
  /** Names in the directory; `files.f` lists the Verilog for tools. */
  readonly files: readonly string[]
  readonly modules: number
  readonly lines: number
}

const listName = 'files.f'

/** How a design is written. */
export interface WriteOptions {
  /** All modules in one file. @defaultValue false */
  readonly single?: boolean
  /** What goes beside the Verilog, besides the list of it; nothing if undefined. */
  readonly project?: Pick<Project, 'clockHz' | 'maps' | 'system'>
  readonly others?: readonly ProjectFile[]
}

/**
 * Writes the Verilog of a design, one file per module, and the list of them; with a project, what its tools need besides.
 *
 * Rejects: UsageError when the folder cannot be written; what was there before stays then.
 */
export const writeVerilog = (
  design: Design,
  output: string,
  { single = false, project, others = [] }: WriteOptions = {},
): WrittenVerilog => {
  const { top, files: perModule, data, foreign } = emitDesign(design, { contents: 'files' })
  const files = single ? [{ name: `${top}.v`, text: perModule.map(({ text }) => text).join('\n') }] : perModule
  const directory = resolve(output)
  // Verilog of others stays where it is
  const verilog = [...foreign.map((file) => relative(directory, resolve(file))), ...files.map(({ name }) => name)]
  const list = { name: listName, text: verilog.map((name) => `${name}\n`).join('') }
  const beside =
    project === undefined
      ? []
      : packageFiles({ ...project, top, verilog, data: data.map(({ name }) => name), clocks: clockPorts(design) })
  const all = [...files, ...data, list, ...beside, ...others]
  writeAll(directory, all)
  return {
    top,
    directory,
    files: all.map(({ name }) => name),
    modules: perModule.length,
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
