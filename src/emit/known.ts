/** Bits of a node that are the same in every cycle, so that constants do not hide behind operations. */
import type { Node, NodeOperator } from './graph.ts'

/** Masks of the bits that are always 0 and always 1. */
export interface Known {
  readonly zeros: bigint
  readonly ones: bigint
}

const full = (bits: number): bigint => (1n << BigInt(bits)) - 1n

const nothing: Known = { zeros: 0n, ones: 0n }
const no: Known = { zeros: 1n, ones: 0n }
const yes: Known = { zeros: 0n, ones: 1n }

/** What is known of a node, given what is known of its operands. */
export const knownOf = (node: Node, of: (operand: Node) => Known): Known => {
  const [a, b, c] = node.operands
  const all = full(node.bits)
  if (node.operator === 'literal') return { zeros: ~node.value & all, ones: node.value }
  if (a === undefined) return nothing
  const left = of(a)
  if (b === undefined) return knownOfOne(node, a, left)
  const right = of(b)
  switch (node.operator) {
    case 'cat':
      return node.operands.reduce<Known>((high, operand) => {
        const low = of(operand)
        const by = BigInt(operand.bits)
        return { zeros: (high.zeros << by) | low.zeros, ones: (high.ones << by) | low.ones }
      }, nothing)
    case 'and':
      return { zeros: left.zeros | right.zeros, ones: left.ones & right.ones }
    case 'or':
      return { zeros: left.zeros & right.zeros, ones: left.ones | right.ones }
    case 'xor':
      return {
        zeros: (left.zeros & right.zeros) | (left.ones & right.ones),
        ones: (left.zeros & right.ones) | (left.ones & right.zeros),
      }
    case 'mul':
    case 'part':
      // only the plainest fact: nothing but zeros to multiply or to choose from
      return left.zeros === full(a.bits) ? { zeros: all, ones: 0n } : nothing
    case 'mux': {
      const last = c === undefined ? nothing : of(c)
      return { zeros: right.zeros & last.zeros, ones: right.ones & last.ones }
    }
    case 'shiftLeft':
      return shifted(b, (by) => ({
        zeros: ((left.zeros << by) | full(Number(by))) & all,
        ones: (left.ones << by) & all,
      }))
    case 'shiftRight':
      return shifted(b, (by) => ({ zeros: (left.zeros >> by) | (all & ~(all >> by)), ones: left.ones >> by }))
    case 'shiftRightSigned':
      return shifted(b, (by) => ({
        zeros: signedShift(left.zeros, by, a.bits),
        ones: signedShift(left.ones, by, a.bits),
      }))
    default:
      return knownOfComparison(node, a.bits, left, right)
  }
}

const shifted = (amount: Node, shift: (by: bigint) => Known): Known =>
  amount.operator === 'literal' && amount.value < 65536n ? shift(amount.value) : nothing

/** A mask of known bits, shifted as the value is: what is known of the sign is known of its copies. */
const signedShift = (mask: bigint, by: bigint, bits: number): bigint => (BigInt.asIntN(bits, mask) >> by) & full(bits)

const knownOfOne = (node: Node, operand: Node, { zeros, ones }: Known): Known => {
  const all = full(operand.bits)
  switch (node.operator) {
    case 'not':
      return { zeros: ones, ones: zeros }
    case 'any':
      return ones !== 0n ? yes : zeros === all ? no : nothing
    case 'all':
      return zeros !== 0n ? no : ones === all ? yes : nothing
    case 'slice': {
      const kept = full(node.bits)
      return { zeros: (zeros >> BigInt(node.lsb)) & kept, ones: (ones >> BigInt(node.lsb)) & kept }
    }
    default:
      return nothing
  }
}

/** The smallest and the largest value that the known bits leave decide some comparisons. */
const knownOfComparison = (node: Node, bits: number, left: Known, right: Known): Known => {
  const unsigned = unsignedOf[node.operator]
  // with the sign bit inverted, signed values have the order of unsigned ones
  if (unsigned !== undefined) return knownOfOrder(unsigned, bits, signInverted(left, bits), signInverted(right, bits))
  return knownOfOrder(node.operator, bits, left, right)
}

const unsignedOf: { readonly [operator: string]: NodeOperator } = {
  ltSigned: 'lt',
  leSigned: 'le',
  gtSigned: 'gt',
  geSigned: 'ge',
}

const signInverted = ({ zeros, ones }: Known, bits: number): Known => {
  const sign = 1n << BigInt(bits - 1)
  return { zeros: (zeros & ~sign) | (ones & sign), ones: (ones & ~sign) | (zeros & sign) }
}

const knownOfOrder = (operator: NodeOperator, bits: number, left: Known, right: Known): Known => {
  const all = full(bits)
  const [leftMost, rightMost] = [all & ~left.zeros, all & ~right.zeros]
  const differ = (left.zeros & right.ones) | (left.ones & right.zeros)
  const below = (low: bigint, high: bigint, holds: Known): Known => (low < high ? holds : nothing)
  const notAbove = (low: bigint, high: bigint, holds: Known): Known => (low <= high ? holds : nothing)
  const either = (first: Known, second: Known): Known => (first === nothing ? second : first)
  switch (operator) {
    case 'eq':
      return differ !== 0n ? no : nothing
    case 'ne':
      return differ !== 0n ? yes : nothing
    case 'lt':
      return either(below(leftMost, right.ones, yes), notAbove(rightMost, left.ones, no))
    case 'ge':
      return either(below(leftMost, right.ones, no), notAbove(rightMost, left.ones, yes))
    case 'gt':
      return either(below(rightMost, left.ones, yes), notAbove(leftMost, right.ones, no))
    case 'le':
      return either(below(rightMost, left.ones, no), notAbove(leftMost, right.ones, yes))
    default:
      return nothing
  }
}
