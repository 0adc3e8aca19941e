/** Memory that a resource manager gives away in pieces of whole pages. Source: services section 5.1, AllocMem. */
import { pageBytes } from '#kernel'

/** A range of the memory behind one gate. */
export interface Piece {
  /** Selector of the gate, at the manager. */
  readonly gate: number
  readonly offset: number
  readonly bytes: number
}

/** Pieces of some areas: the first that is large enough is given. */
export class MemoryPool {
  readonly bytes: number
  /** By gate and offset; neighbours are one piece. */
  #free: readonly Piece[]

  constructor(areas: readonly { readonly gate: number; readonly bytes: number }[]) {
    this.#free = areas
      .map(({ gate, bytes }) => ({ gate, offset: 0, bytes: bytes - (bytes % pageBytes) }))
      .filter(({ bytes }) => bytes > 0)
    this.bytes = this.left
  }

  /** Bytes that nobody has. */
  get left(): number {
    return this.#free.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** A piece of `bytes` bytes, a multiple of the page size; undefined when there is none in one piece. */
  take(bytes: number): Piece | undefined {
    const found = this.#free.find((piece) => piece.bytes >= bytes)
    if (found === undefined) return undefined
    const rest = { gate: found.gate, offset: found.offset + bytes, bytes: found.bytes - bytes }
    this.#free = this.#free.flatMap((piece) => (piece !== found ? [piece] : rest.bytes > 0 ? [rest] : []))
    return { gate: found.gate, offset: found.offset, bytes }
  }

  /** Takes a piece back. */
  giveBack(piece: Piece): void {
    const sorted = [...this.#free, piece].sort((a, b) => a.gate - b.gate || a.offset - b.offset)
    this.#free = sorted.reduce<readonly Piece[]>((joined, each) => {
      const last = joined.at(-1)
      const touches = last !== undefined && last.gate === each.gate && last.offset + last.bytes === each.offset
      return touches ? [...joined.slice(0, -1), { ...last, bytes: last.bytes + each.bytes }] : [...joined, each]
    }, [])
  }
}
