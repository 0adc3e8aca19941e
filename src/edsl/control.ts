/** Behaviour under a condition. */
import type { Statement, When } from '#ir'
import { addStatement, builder, collect } from './context.ts'
import { branchGuard } from './guard.ts'
import { capture } from './origin.ts'
import type { Bit } from './value.ts'

/** Where `elseWhen` and `otherwise` continue a `when`. */
export interface WhenChain {
  /** What happens if no condition before held and this one does. */
  elseWhen(condition: Bit, body: () => void): WhenChain
  /** What happens if no condition held. */
  otherwise(body: () => void): void
}

/** What `body` sets happens only in cycles in which `condition` is 1. */
export const when = (condition: Bit, body: () => void): WhenChain => {
  const owner = builder('when()')
  const branches: { condition: Bit['expression']; body: readonly Statement[] }[] = []
  let otherwise: readonly Statement[] | undefined
  const origin = capture()
  // The chain grows after the statement has its place in the block; readers see it complete.
  const statement: When = {
    kind: 'when',
    branches,
    get otherwise() {
      return otherwise
    },
    origin,
  }
  branches.push({ condition: condition.expression, body: collect(owner, body, branchGuard(condition.expression, [])) })
  addStatement(owner, statement)
  const chain: WhenChain = {
    elseWhen(next, more) {
      const before = branches.map((branch) => branch.condition)
      branches.push({ condition: next.expression, body: collect(owner, more, branchGuard(next.expression, before)) })
      return chain
    },
    otherwise(more) {
      otherwise = collect(
        owner,
        more,
        branchGuard(
          undefined,
          branches.map((branch) => branch.condition),
        ),
      )
    },
  }
  return chain
}
