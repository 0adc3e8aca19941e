/** What a registered read port has to know about the writes at the same edge. */
import type { Memory } from '#ir'
import type { Builder } from './builder.ts'
import type { Node } from './graph.ts'
import type { Step } from './project.ts'

/** A piece of the word: bits `lsb` to `lsb + bits - 1`. */
export interface Forwarded {
  readonly lsb: number
  readonly bits: number
  /** 1 when the piece is written at the read address. */
  readonly written: Node
  /** What is written, when it is; undefined if it never is. */
  readonly data: Node | undefined
}

/** What the writes do to the word at `address`, piece by piece; as many pieces as the writes tell apart. */
export const forwarded = (
  make: Builder,
  memory: Memory,
  address: Node,
  writes: readonly Step[],
): readonly Forwarded[] => {
  const borders = [...new Set([0, memory.bits, ...bordersOf(writes)])].toSorted((a, b) => a - b)
  const start = borders.slice(0, -1).map((lsb, index): Forwarded => {
    return { lsb, bits: (borders[index + 1] ?? memory.bits) - lsb, written: make.literal(1, 0n), data: undefined }
  })
  return after(make, address, writes, start)
}

const bordersOf = (steps: readonly Step[]): readonly number[] =>
  steps.flatMap((step): readonly number[] => {
    if (step.kind === 'write') return [step.lsb, step.lsb + step.data.bits]
    if (step.kind === 'case') return step.items.flatMap(({ body }) => bordersOf(body))
    return step.kind === 'if'
      ? [...step.branches.flatMap(({ body }) => bordersOf(body)), ...bordersOf(step.otherwise)]
      : []
  })

/** The pieces after some steps; later writes win. */
const after = (
  make: Builder,
  address: Node,
  steps: readonly Step[],
  before: readonly Forwarded[],
): readonly Forwarded[] =>
  steps.reduce<readonly Forwarded[]>((pieces, step) => {
    switch (step.kind) {
      case 'set':
        throw new Error('a memory is written word by word')
      case 'write': {
        const here = make.operation('eq', step.address, address)
        return pieces.map((piece) => {
          if (piece.lsb < step.lsb || piece.lsb >= step.lsb + step.data.bits) return piece
          const data = make.slice(step.data, piece.lsb - step.lsb, piece.bits)
          return {
            ...piece,
            written: make.operation('or', piece.written, here),
            data: piece.data === undefined ? data : make.operation('mux', here, data, piece.data),
          }
        })
      }
      case 'if': {
        const otherwise = after(make, address, step.otherwise, pieces)
        return step.branches.reduceRight<readonly Forwarded[]>((rest, { conditions, body }) => {
          const holds = conditions.reduce((all, condition) => make.operation('and', all, condition))
          return choice(make, holds, after(make, address, body, pieces), rest)
        }, otherwise)
      }
      case 'case':
        return step.items.reduceRight<readonly Forwarded[]>((rest, { cases, body }) => {
          const holds = cases
            .map(({ code }) => make.operation('eq', step.subject, code))
            .reduce((any, one) => make.operation('or', any, one))
          return choice(make, holds, after(make, address, body, pieces), rest)
        }, pieces)
    }
  }, before)

const choice = (
  make: Builder,
  holds: Node,
  yes: readonly Forwarded[],
  no: readonly Forwarded[],
): readonly Forwarded[] =>
  yes.map((piece, index) => {
    const other = no[index] ?? piece
    const written = make.operation('mux', holds, piece.written, other.written)
    // data only counts where something is written
    if (piece.data === undefined || other.data === undefined)
      return { ...piece, written, data: piece.data ?? other.data }
    return { ...piece, written, data: make.operation('mux', holds, piece.data, other.data) }
  })
