/** Which signals a value is computed from. */
import type { Expression, Memory, Signal } from '#ir'

/** What an expression reads. */
interface Reads {
  readonly signals: ReadonlySet<Signal>
  readonly memories: ReadonlySet<Memory>
}

const known = new WeakMap<Expression, Reads>()

/** The signals that an expression reads in the same cycle, in the order of reading. Contents of memories are state. */
export const signalsIn = (root: Expression): ReadonlySet<Signal> => readsIn(root).signals

/** The memories whose words an expression reads in the same cycle. */
export const memoriesIn = (root: Expression): ReadonlySet<Memory> => readsIn(root).memories

const readsIn = (root: Expression): Reads => {
  const before = known.get(root)
  if (before !== undefined) return before

  const signals = new Set<Signal>()
  const memories = new Set<Memory>()
  const seen = new Set<Expression>()
  // values are shared and chains of them get long: every node once, and no recursion
  const pending: Expression[] = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (node.kind === 'signal') signals.add(node)
    else pending.push(...[...operandsOf(node)].reverse())
    if (node.kind === 'memoryRead') memories.add(node.memory)
  }
  const found = { signals, memories }
  known.set(root, found)
  return found
}

/** The values that an expression is made of, left to right. */
export const operandsOf = (node: Expression): readonly Expression[] => {
  switch (node.kind) {
    case 'literal':
    case 'signal':
      return []
    case 'operation':
      return node.operands
    case 'slice':
      return [node.operand]
    case 'select':
      return [node.operand, node.index]
    case 'memoryRead':
      return [node.address]
  }
}
