/** Mistakes in a description, each with its place. NoC section 13. */
import type { NetworkFault } from '#topology'

/** A mistake; `path` is its place in the description, `line` and `column` that in its file where there is one. */
export interface DescriptionFault extends NetworkFault {
  readonly line?: number | undefined
  readonly column?: number | undefined
}

/** A description that does not make a system. All mistakes at once. */
export class DescriptionError extends Error {
  readonly faults: readonly DescriptionFault[]

  constructor(faults: readonly DescriptionFault[]) {
    super(faults.map(showFault).join('\n'))
    this.name = 'DescriptionError'
    this.faults = faults
  }
}

/** `NOC-0107: modules a and b both have the id 0x06 (at tiles[1].id); give one of them another id`. */
export const showFault = ({ code, path, message, fix, line, column }: DescriptionFault): string => {
  const place = path === '' ? '' : ` (at ${path}${line === undefined ? '' : `, line ${line}, column ${column ?? 1}`})`
  return message.endsWith('\n')
    ? `${code}: ${message.trimEnd()}\n  at ${path}${line === undefined ? '' : `, line ${line}`}; ${fix}`
    : `${code}: ${message}${place}; ${fix}`
}

/** A path of zod as text: `tiles[3].id`. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  )
