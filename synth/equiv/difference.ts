/** A run in which two modules differ, in the words of the design. */
import type { Latch, Literal } from './graph.ts'
import type { Miter, Obligation } from './miter.ts'

/** Values by name: `count` 0x1f. */
export type Values = Readonly<Record<string, bigint>>

/** Inputs cycle by cycle, and what differs in the last one. */
export interface Difference {
  /** What registers without reset begin with. */
  readonly first: Values
  /** Inputs; also answers of instances and memories, where the module was cut at them. */
  readonly cycles: readonly Values[]
  /** What is not the same at the end, with both values. */
  readonly differs: readonly { readonly what: string; readonly a: bigint; readonly b: bigint }[]
}

export const differenceOf = (
  { graph, inputs: names }: Miter,
  inputs: readonly number[],
  latches: readonly Latch[],
  obligations: readonly Obligation[],
  frames: readonly (readonly boolean[])[],
): Difference => {
  const state = new Map<number, boolean>(latches.map(({ node }) => [node, false]))
  let values = new Uint8Array(0)
  const literal = (of: Literal): boolean => (values[of >> 1] === 1) !== ((of & 1) === 1)
  for (const frame of frames) {
    values = new Uint8Array(graph.nodes())
    for (const [node, value] of state) values[node] = value ? 1 : 0
    inputs.forEach((node, index) => {
      values[node] = frame[index] === true ? 1 : 0
    })
    for (let node = 1; node < values.length; node++) {
      const gate = graph.gate(node)
      if (gate !== undefined) values[node] = literal(gate[0]) && literal(gate[1]) ? 1 : 0
    }
    const next = latches.map(({ node, next: of }) => [node, literal(of)] as const)
    for (const [node, value] of next) state.set(node, value)
  }
  const words = new Map<string, { a: bigint; b: bigint }>()
  for (const { what, a, b } of obligations) {
    const [name, bit] = wordOf(what)
    const known = words.get(name) ?? { a: 0n, b: 0n }
    words.set(name, {
      a: known.a | (literal(a) ? 1n << bit : 0n),
      b: known.b | (literal(b) ? 1n << bit : 0n),
    })
  }
  const named = inputs.map((node) => names.get(node) ?? '')
  return {
    first: gathered(named, frames[0] ?? [], (name) =>
      name.startsWith('first ') ? name.slice('first '.length) : undefined,
    ),
    // the first cycle is one of reset, whatever the solver chose
    cycles: frames.map((frame, cycle) => {
      const values = gathered(named, frame, (name) => (/^first |^(?:.*_)?clk\[0\]$/.test(name) ? undefined : name))
      if (cycle > 0) return values
      return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isReset(name) ? 1n : value]))
    }),
    differs: [...words].filter(([, { a, b }]) => a !== b).map(([what, { a, b }]) => ({ what, a, b })),
  }
}

/** Inputs that are 1 in the first cycle. */
export const isReset = (name: string): boolean => /^(?:.*_)?rst$/.test(name)

/** `count[3]` is bit 3 of `count`. */
const wordOf = (name: string): readonly [string, bigint] => {
  const found = /^(.*)\[(\d+)\]$/.exec(name)
  return found === null ? [name, 0n] : [found[1] as string, BigInt(found[2] as string)]
}

const gathered = (
  names: readonly string[],
  bits: readonly boolean[],
  shown: (name: string) => string | undefined,
): Values => {
  const found: Record<string, bigint> = {}
  names.forEach((name, index) => {
    const own = shown(name)
    if (own === undefined) return
    const [word, bit] = wordOf(own)
    found[word] = (found[word] ?? 0n) | (bits[index] === true ? 1n << bit : 0n)
  })
  return found
}
