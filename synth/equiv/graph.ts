/** And-inverter graphs: literals are twice the node, plus 1 when inverted; node 0 is the constant 0. */

/** A literal of a graph. */
export type Literal = number

/** The opposite. */
export const not = (literal: Literal): Literal => literal ^ 1

/** A graph that is being built; the same gate is never made twice. */
export interface Graph {
  /** A new input. */
  readonly input: () => Literal
  readonly and: (a: Literal, b: Literal) => Literal
  readonly or: (a: Literal, b: Literal) => Literal
  readonly xor: (a: Literal, b: Literal) => Literal
  readonly mux: (select: Literal, yes: Literal, no: Literal) => Literal
  /** Operands of a node; undefined for inputs and the constant. */
  readonly gate: (node: number) => readonly [Literal, Literal] | undefined
  readonly nodes: () => number
}

/** An empty graph. */
export const newGraph = (): Graph => {
  const left: number[] = [0]
  const right: number[] = [0]
  const made = new Map<number, number>()
  const leaf = -1

  const input = (): Literal => {
    left.push(leaf)
    right.push(leaf)
    return 2 * (left.length - 1)
  }
  const and = (a: Literal, b: Literal): Literal => {
    const [low, high] = a < b ? [a, b] : [b, a]
    if (low === 0 || low === not(high)) return 0
    if (low === 1 || low === high) return high
    const key = low * 0x4000_0000 + high
    const known = made.get(key)
    if (known !== undefined) return known
    left.push(low)
    right.push(high)
    const literal = 2 * (left.length - 1)
    made.set(key, literal)
    return literal
  }
  const or = (a: Literal, b: Literal): Literal => not(and(not(a), not(b)))
  const xor = (a: Literal, b: Literal): Literal => {
    if ((a & 1) === 1) return not(xor(not(a), b))
    if ((b & 1) === 1) return not(xor(a, not(b)))
    return or(and(a, not(b)), and(not(a), b))
  }
  const mux = (select: Literal, yes: Literal, no: Literal): Literal =>
    yes === no ? yes : or(and(select, yes), and(not(select), no))
  return {
    input,
    and,
    or,
    xor,
    mux,
    gate: (node) => (node === 0 || left[node] === leaf ? undefined : [left[node]!, right[node]!]),
    nodes: () => left.length,
  }
}

/** A state of a graph written for abc: a literal that has a value in each frame, 0 in the first. */
export interface Latch {
  readonly node: number
  readonly next: Literal
}

/** The graph as AIGER; its one output says that something differs. `inputs` are nodes, in the order of the file. */
export const aigerOf = (
  graph: Graph,
  inputs: readonly number[],
  latches: readonly Latch[],
  output: Literal,
): Buffer => {
  const numbers = new Map<number, number>([[0, 0]])
  for (const node of [...inputs, ...latches.map(({ node }) => node)]) numbers.set(node, numbers.size)
  const gates: (readonly [number, Literal, Literal])[] = []
  const visit = (root: number): void => {
    const waiting = [root]
    for (let node = waiting.at(-1); node !== undefined; node = waiting.at(-1)) {
      if (numbers.has(node)) {
        waiting.pop()
        continue
      }
      const gate = graph.gate(node)
      if (gate === undefined) throw new Error('a graph has an input that nobody named')
      const missing = gate.map((literal) => literal >> 1).filter((operand) => !numbers.has(operand))
      if (missing.length > 0) {
        waiting.push(...missing)
        continue
      }
      numbers.set(node, numbers.size)
      gates.push([node, ...gate])
      waiting.pop()
    }
  }
  for (const literal of [...latches.map(({ next }) => next), output]) visit(literal >> 1)
  const renamed = (literal: Literal): number => 2 * (numbers.get(literal >> 1) as number) + (literal & 1)
  const body: number[] = []
  const put = (value: number): void => {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) body.push((rest % 128) + 128)
    body.push(rest)
  }
  for (const [node, first, second] of gates) {
    const own = renamed(2 * node)
    const [low, high] = [renamed(first), renamed(second)].sort((x, y) => x - y) as [number, number]
    put(own - high)
    put(high - low)
  }
  const count = inputs.length + latches.length + gates.length
  const head = [
    `aig ${count} ${inputs.length} ${latches.length} 1 ${gates.length}`,
    ...latches.map(({ next }) => String(renamed(next))),
    String(renamed(output)),
  ]
  return Buffer.concat([Buffer.from(`${head.join('\n')}\n`), Uint8Array.from(body)])
}
