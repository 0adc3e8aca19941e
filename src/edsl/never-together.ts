/** The assertion of memories whose words are never read and written at the same edge. */
import type { Domain, Expression, Memory, Origin } from '#ir'
import type { Builder } from './context.ts'
import { seeDomain } from './domain.ts'
import { allOf } from './guard.ts'
import { capture } from './origin.ts'

/** A port of a memory: what it does to which address, and when. */
export interface MemoryAccess {
  readonly kind: 'read' | 'write'
  readonly address: Expression
  /** 1-bit conditions, all of which hold when it acts. */
  readonly when: readonly Expression[]
  readonly domain: Domain
  readonly place: Origin
}

/**
 * Adds, for each promised read, the assertion that no write of its domain goes to its address at its edge. Edges of
 * different clocks have no order, so nothing is checked between domains.
 */
export const neverTogether = (owner: Builder, memory: Memory, accesses: readonly MemoryAccess[]): void => {
  for (const read of accesses) {
    if (read.kind !== 'read') continue
    const writes = accesses.filter(({ kind, domain }) => kind === 'write' && domain.name === read.domain.name)
    const collisions = writes.map((write): Expression => {
      const same: Expression = operation('eq', [read.address, write.address])
      return allOf([...read.when, ...write.when, same])
    })
    if (collisions.length === 0) continue
    seeDomain(owner, read.domain, read.place, 'clocked')
    const any = collisions.reduce((left, right) => operation('or', [left, right]))
    owner.properties.push(
      Object.freeze({
        kind: 'property',
        check: 'assert',
        condition: operation('not', [any]),
        sentence: `no word of ${memory.name} is read at the edge of its write`,
        domain: read.domain,
        origin: read.place,
      }),
    )
  }
}

const operation = (operator: 'eq' | 'or' | 'not', operands: readonly Expression[]): Expression =>
  Object.freeze({ kind: 'operation', operator, operands: Object.freeze(operands), bits: 1, origin: capture() })
