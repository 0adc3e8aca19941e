/** Which signals a value is computed from. */
import type { Expression, Signal } from '#ir'

const known = new WeakMap<Expression, ReadonlySet<Signal>>()

/** The signals that an expression reads in the same cycle, in the order of reading. Contents of memories are state. */
export const signalsIn = (root: Expression): ReadonlySet<Signal> => {
  const before = known.get(root)
  if (before !== undefined) return before

  const found = new Set<Signal>()
  const seen = new Set<Expression>()
  // values are shared and chains of them get long: every node once, and no recursion
  const pending: Expression[] = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (node.kind === 'signal') found.add(node)
    else pending.push(...[...operandsOf(node)].reverse())
  }
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
