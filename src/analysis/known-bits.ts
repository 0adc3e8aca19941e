/** Bits of a value that are the same in every cycle, or in every cycle in which some signals have given values. */
import type { Expression, Module, Operation, Signal } from '#ir'
import { exactly, full, unknownBits, valueOf } from './bit-masks.ts'
import type { KnownBits } from './bit-masks.ts'
import { drivesOf } from './drives.ts'
import { operandsOf } from './expression-signals.ts'
import { knownOfOperation } from './known-operation.ts'

/**
 * Tells what is known of values of a module while the signals of `assumed` have the values given. Looks through wires with
 * a single driver that always acts, and not into instances, registers and memories.
 */
export const knownBits = (
  module: Module,
  assumed: ReadonlyMap<Signal, bigint> = new Map(),
): ((root: Expression) => KnownBits) => {
  const known = new Map<Expression, KnownBits>()
  for (const [signal, value] of assumed) known.set(signal, exactly(value, signal.bits))

  const sourceOf = (signal: Signal): Expression | undefined => {
    if (signal.role !== 'wire' && signal.role !== 'output') return undefined
    const drives = drivesOf(module).get(signal)
    if (drives === undefined) return signal.fallback
    const [only, ...others] = drives
    return only !== undefined && others.length === 0 && only.conditions.length === 0 ? only.assign.value : undefined
  }

  const needs = (node: Expression): readonly Expression[] => {
    if (node.kind !== 'signal') return operandsOf(node)
    const source = sourceOf(node)
    return source === undefined ? [] : [source]
  }

  const compute = (node: Expression): KnownBits => {
    // what is still open is part of a loop
    const of = (operand: Expression): KnownBits => known.get(operand) ?? unknownBits
    switch (node.kind) {
      case 'literal':
        return exactly(node.value, node.bits)
      case 'signal': {
        const source = sourceOf(node)
        return source === undefined ? unknownBits : of(source)
      }
      case 'slice':
        return cut(of(node.operand), node.lsb, node.bits)
      case 'select': {
        const index = valueOf(of(node.index), node.index.bits)
        if (index === undefined) return unknownBits
        const lsb = index * BigInt(node.bits)
        return lsb >= BigInt(node.operand.bits) ? exactly(0n, node.bits) : cut(of(node.operand), Number(lsb), node.bits)
      }
      case 'operation':
        return sameOperands(node) ?? knownOfOperation(node, of)
      case 'memoryRead':
        return unknownBits
    }
  }

  // values are shared and chains of them get long: every node once, and no recursion
  return (root) => {
    const opened = new Set<Expression>()
    const pending = [root]
    for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
      const missing = opened.has(node) ? [] : needs(node).filter((each) => !known.has(each) && !opened.has(each))
      opened.add(node)
      if (missing.length > 0) pending.push(...missing)
      else {
        if (!known.has(node)) known.set(node, compute(node))
        pending.pop()
      }
    }
    return known.get(root) ?? unknownBits
  }
}

const cut = ({ zeros, ones }: KnownBits, lsb: number, bits: number): KnownBits => ({
  zeros: (zeros >> BigInt(lsb)) & full(bits),
  ones: (ones >> BigInt(lsb)) & full(bits),
})

/** A value next to itself. */
const sameOperands = ({ operator, operands: [one, other], bits }: Operation): KnownBits | undefined => {
  if (one === undefined || one !== other) return undefined
  if (['eq', 'le', 'ge', 'leSigned', 'geSigned'].includes(operator)) return exactly(1n, 1)
  if (['ne', 'lt', 'gt', 'ltSigned', 'gtSigned', 'sub', 'xor'].includes(operator)) return exactly(0n, bits)
  return undefined
}
