/** Which names and bits a piece of Verilog reads. */
import { indexBits } from './builder.ts'
import type { VerilogExpression, VerilogItem, VerilogStatement } from './verilog-tree.ts'

/** Called for each read; without a range the whole is read. */
export type OnRead = (name: string, range?: { readonly msb: number; readonly lsb: number }) => void

export const readsOfExpression = (expression: VerilogExpression, onRead: OnRead): void => {
  switch (expression.kind) {
    case 'sized':
    case 'signedSized':
      return
    case 'cast':
      return readsOfExpression(expression.operand, onRead)
    case 'name':
      return onRead(expression.name)
    case 'range':
      return onRead(expression.name, expression)
    case 'part':
      onRead(expression.name)
      return readsOfExpression(expression.position, onRead)
    case 'word':
      onRead(expression.memory)
      return readsOfExpression(expression.address, onRead)
    case 'unary':
      return readsOfExpression(expression.operand, onRead)
    case 'binary':
      readsOfExpression(expression.left, onRead)
      return readsOfExpression(expression.right, onRead)
    case 'ternary':
      readsOfExpression(expression.condition, onRead)
      readsOfExpression(expression.yes, onRead)
      return readsOfExpression(expression.no, onRead)
    case 'concat':
      for (const part of expression.parts) readsOfExpression(part, onRead)
      return
    case 'repeat':
      return readsOfExpression(expression.part, onRead)
  }
}

const readsOfStatements = (statements: readonly VerilogStatement[], onRead: OnRead): void => {
  for (const statement of statements) {
    switch (statement.kind) {
      case 'set':
        if (statement.target.kind === 'wordTarget') readsOfExpression(statement.target.address, onRead)
        readsOfExpression(statement.value, onRead)
        break
      case 'if':
        for (const { condition, body } of statement.branches) {
          readsOfExpression(condition, onRead)
          readsOfStatements(body, onRead)
        }
        readsOfStatements(statement.otherwise, onRead)
        break
      case 'case':
        readsOfExpression(statement.subject, onRead)
        for (const { labels, body } of statement.items) {
          for (const label of labels) readsOfExpression(label, onRead)
          readsOfStatements(body, onRead)
        }
        break
      case 'property':
        readsOfExpression(statement.condition, onRead)
        break
      case 'fatal':
        break
    }
  }
}

/** Reads of hardware; what only proofs read does not count. Instances read what `isInput` says is an input. */
export const readsOfItem = (
  item: VerilogItem,
  isInput: (instance: string, port: string) => boolean,
  onRead: OnRead,
): void => {
  switch (item.kind) {
    case 'declaration':
      if (item.value !== undefined) readsOfExpression(item.value, onRead)
      return
    case 'assign':
      return readsOfExpression(item.value, onRead)
    case 'always':
      if (item.when !== 'change') onRead(item.when.clock)
      return readsOfStatements(item.body, onRead)
    case 'instance':
      for (const { port, value } of item.connections) if (isInput(item.name, port)) readsOfExpression(value, onRead)
      return
    case 'sink':
      for (const part of item.parts) readsOfExpression(part, onRead)
      return
    case 'localParameter':
    case 'initial':
    case 'fill':
    case 'formal':
    case 'assumeReset':
      return
  }
}

/** What nothing reads of the given names, as ranges of bits, in the given order. */
export const unreadOf = (
  declared: readonly { readonly name: string; readonly bits: number; readonly depth: number | undefined }[],
  reads: (onRead: OnRead) => void,
): readonly VerilogExpression[] => {
  const wholly = new Set<string>()
  const masks = new Map<string, bigint>()
  reads((name, range) => {
    if (range === undefined) wholly.add(name)
    else
      masks.set(name, (masks.get(name) ?? 0n) | (((1n << BigInt(range.msb - range.lsb + 1)) - 1n) << BigInt(range.lsb)))
  })
  return declared.flatMap(({ name, bits, depth }): readonly VerilogExpression[] => {
    const mask = masks.get(name)
    if (wholly.has(name)) return []
    if (depth !== undefined)
      return [{ kind: 'word', memory: name, address: { kind: 'sized', bits: indexBits(depth), value: 0n } }]
    return mask === undefined ? [{ kind: 'name', name, bits }] : unreadRanges(name, bits, mask)
  })
}

const unreadRanges = (name: string, bits: number, mask: bigint): readonly VerilogExpression[] => {
  const ranges: VerilogExpression[] = []
  // most significant first, as in the declaration
  const text = mask.toString(2).padStart(bits, '0')
  for (const { 0: zeros, index } of text.matchAll(/0+/g)) {
    const msb = bits - 1 - index
    ranges.push({ kind: 'range', name, msb, lsb: msb - zeros.length + 1 })
  }
  return ranges
}
