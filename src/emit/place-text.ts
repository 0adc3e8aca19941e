/** Places as people read them. */
import { isAbsolute, relative } from 'node:path'
import type { Origin, Place } from '#ir'
import type { SourceLine } from './verilog-tree.ts'

/** A file below the working directory is named from there. */
const fileText = (file: string): string => {
  const inside = relative(process.cwd(), file)
  return isAbsolute(file) && !inside.startsWith('..') && !isAbsolute(inside) ? inside : file
}

/** `hdl/lib/fifo.ts:31` */
export const placeText = ({ file, line }: Place): string => `${fileText(file)}:${line}`

/** Where something was written, if anybody knows. */
export const sourceLine = (origin: Origin | undefined): SourceLine | undefined => {
  const [place] = origin?.places ?? []
  return place === undefined ? undefined : { file: fileText(place.file), line: place.line }
}
