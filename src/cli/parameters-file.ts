/** `parameters.json`: what a folder was generated from, so that it can be generated again. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { readJson } from '#describe'
import { UsageError } from './io.ts'

/** What was asked for. */
export interface Parameters {
  /** The design as it was named. */
  readonly design: string
  /** What its file described, if it was a description. */
  readonly description?: unknown
  /** Frequency for the constraints in hertz. */
  readonly clockHz: number
  /** All modules in one file. */
  readonly single: boolean
}

export const parametersName = 'parameters.json'

const shape = z.object({
  tessera: z.literal(1),
  design: z.string(),
  description: z.unknown().optional(),
  clockHz: z.number().positive(),
  single: z.boolean(),
})

/** The text of the file. */
export const parametersText = (parameters: Parameters): string =>
  `${JSON.stringify({ tessera: 1, ...parameters }, undefined, 2)}\n`

/**
 * The parameters in a file; undefined when it is something else, such as a description of a system.
 *
 * Rejects: UsageError when it says that it has parameters and they are wrong.
 */
export const parametersIn = (file: string): Parameters | undefined => {
  if (!file.endsWith('.json') || !existsSync(file)) return undefined
  const { value } = readJson(readFileSync(file, 'utf8'))
  if (typeof value !== 'object' || value === null || !('tessera' in value)) return undefined
  const read = shape.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new UsageError(`${file}: ${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'is wrong'}`)
}
