// The Verilog of others that a design needs.

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { SourceFile } from '#sim/build'
import { SimulateError } from './error.ts'

/** Reads the files that external modules name. */
export const readForeign = (files: readonly string[]): readonly SourceFile[] =>
  files.map((file) => {
    try {
      return { name: basename(file), text: readFileSync(file, 'utf8'), foreign: true }
    } catch (error) {
      throw new SimulateError({
        code: 'SIM-0313',
        title: `the Verilog file \`${file}\` of an external module cannot be read: ${(error as Error).message}`,
      })
    }
  })
