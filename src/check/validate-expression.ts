/** Whether values keep the promises of their nodes: widths of operands, literals that fit, slices inside. */
import type { Expression, Operation, Operator } from '#ir'
import { operandsOf } from '#analysis'
import type { Scope } from './scope.ts'

/** Adds what is wrong with an expression and all below it; nodes that were looked at before are not told again. */
export const validateExpression = (root: Expression, scope: Scope, where: string): void => {
  const pending = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (scope.seen.has(node)) continue
    scope.seen.add(node)
    for (const fault of faultsOf(node, scope)) scope.fault(`${where}: ${fault}`)
    pending.push(...operandsOf(node))
  }
}

/** Adds a fault when an expression has not the width that its use asks for, and whatever is wrong with it. */
export const validateWidth = (value: Expression, bits: number, scope: Scope, where: string): void => {
  if (value.bits !== bits) scope.fault(`${where}: ${value.bits} bits where ${bits} belong`)
  validateExpression(value, scope, where)
}

const faultsOf = (node: Expression, scope: Scope): readonly string[] => {
  const faults: string[] = []
  if (!Number.isInteger(node.bits) || node.bits < 1) faults.push(`${node.kind} of ${node.bits} bits`)
  switch (node.kind) {
    case 'literal':
      if (node.value < 0n || node.value >= 1n << BigInt(node.bits)) faults.push(`${node.value} in ${node.bits} bits`)
      break
    case 'signal':
      if (!scope.signals.has(node)) faults.push(`signal ${node.name} belongs to another module`)
      break
    case 'operation':
      if (!operandsFit[node.operator](node)) faults.push(`${node.operator} of ${widths(node)} bits gives ${node.bits}`)
      break
    case 'slice':
      if (!Number.isInteger(node.lsb) || node.lsb < 0 || node.lsb + node.bits > node.operand.bits) {
        faults.push(`bits ${node.lsb} to ${node.lsb + node.bits - 1} of a value of ${node.operand.bits} bits`)
      }
      break
    case 'select':
      if (node.operand.bits % node.bits !== 0) faults.push(`elements of ${node.bits} in ${node.operand.bits} bits`)
      break
    case 'memoryRead':
      if (!scope.memories.has(node.memory)) faults.push(`memory ${node.memory.name} belongs to another module`)
      if (node.memory.read !== 'now') faults.push(`memory ${node.memory.name} is not read in the same cycle`)
      if (node.bits !== node.memory.bits) faults.push(`${node.bits} bits read from words of ${node.memory.bits}`)
      break
  }
  return faults
}

const widths = ({ operands }: Operation): string => operands.map(({ bits }) => bits).join(', ')

const sameWidth = ({ operands, bits }: Operation): boolean =>
  operands.length === 2 && operands.every((operand) => operand.bits === bits)

const comparison = ({ operands: [one, other, ...rest], bits }: Operation): boolean =>
  bits === 1 && one !== undefined && one.bits === other?.bits && rest.length === 0

const reduction = ({ operands, bits }: Operation): boolean => operands.length === 1 && bits === 1

const shift = ({ operands, bits }: Operation): boolean => operands.length === 2 && operands[0]?.bits === bits

/** The rules that the comment of `Operator` tells. */
const operandsFit: Readonly<Record<Operator, (node: Operation) => boolean>> = {
  add: sameWidth,
  sub: sameWidth,
  mul: sameWidth,
  and: sameWidth,
  or: sameWidth,
  xor: sameWidth,
  not: ({ operands, bits }) => operands.length === 1 && operands[0]?.bits === bits,
  eq: comparison,
  ne: comparison,
  lt: comparison,
  le: comparison,
  gt: comparison,
  ge: comparison,
  ltSigned: comparison,
  leSigned: comparison,
  gtSigned: comparison,
  geSigned: comparison,
  any: reduction,
  all: reduction,
  parity: reduction,
  shiftLeft: shift,
  shiftRight: shift,
  shiftRightSigned: shift,
  signExtend: ({ operands: [operand, ...rest], bits }) =>
    operand !== undefined && rest.length === 0 && operand.bits <= bits,
  cat: ({ operands, bits }) => operands.length > 0 && operands.reduce((sum, each) => sum + each.bits, 0) === bits,
  mux: ({ operands: [condition, ...values], bits }) =>
    condition?.bits === 1 && values.length === 2 && values.every((value) => value.bits === bits),
}
