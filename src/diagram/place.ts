/** Places that are the same on every machine. */
import { isAbsolute, relative } from 'node:path'
import type { Origin, Place } from '#ir'

/** Where something was written; a file below the working directory is named from there. */
export const placeOf = ({ places: [place] }: Origin): Place | undefined => {
  if (place === undefined) return undefined
  const { file, line, column } = place
  const inside = relative(process.cwd(), file)
  const named = isAbsolute(file) && !inside.startsWith('..') && !isAbsolute(inside) ? inside : file
  return { file: named, line, column }
}
