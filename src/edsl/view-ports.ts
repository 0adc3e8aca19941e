/** Makes the values of a module's ports, for its body or for its parent. */
import type { LeafShape, Shape } from '#layout'
import { bit } from '#layout'
import type { Signal } from '#ir'
import { fromLeaves, leafValue } from './bundle.ts'
import { capture } from './origin.ts'
import { isArray, isPort, type Port, type PortRecord, type PortTree } from './ports.ts'
import { labelOf } from './signal.ts'
import { settable } from './settable.ts'
import { type Bit, UInt } from './value.ts'

/** A leaf of a port: one signal. */
export interface PortLeaf {
  /** Names and indices on the way to it, joined by `_`. */
  readonly name: string
  /** The designer's spelling of that way. */
  readonly label: string
  readonly shape: LeafShape
  /** Whether the module itself sets it. */
  readonly outward: boolean
  readonly port: Port
}

/** Makes the signal of a leaf, and tells whether who looks at it can drive it. */
export type MakeLeaf = (leaf: PortLeaf) => { readonly signal: Signal; readonly drivable: boolean }

/** The values of all ports; signals are made in the order of the declaration. */
export const viewPorts = (ports: PortRecord, make: MakeLeaf): unknown => viewRecord(ports, [], make)

const viewRecord = (ports: PortRecord, path: readonly string[], make: MakeLeaf): unknown =>
  Object.fromEntries(Object.entries(ports).map(([name, part]) => [name, viewTree(part, [...path, name], make)]))

const viewTree = (tree: PortTree, path: readonly string[], make: MakeLeaf): unknown => {
  if (isPort(tree)) return viewPort(tree, path, make)
  if (isArray(tree)) return tree.map((part, index) => viewTree(part, [...path, String(index)], make))
  return viewRecord(tree, path, make)
}

const viewPort = (port: Port, path: readonly string[], make: MakeLeaf): unknown => {
  const outward = port.direction === 'out'
  if (port.shape.kind !== 'stream') return viewValue(port, port.shape, outward, path, make)
  const payload = viewValue(port, port.shape.payload, outward, [...path, 'payload'], make)
  const valid = viewValue(port, bit, outward, [...path, 'valid'], make) as Bit
  const ready = viewValue(port, bit, !outward, [...path, 'ready'], make) as Bit
  let fire: Bit | undefined
  const view = { payload, valid, ready }
  // Not one of the fields that `connect` walks over.
  return Object.defineProperty(view, 'fire', {
    enumerable: false,
    get: () =>
      (fire ??= new UInt<1>(
        Object.freeze({
          kind: 'operation',
          operator: 'and',
          operands: Object.freeze([valid.expression, ready.expression]),
          bits: 1,
          origin: capture(`${path.join('_')}_fire`),
        } as const),
      )),
  })
}

const viewValue = (port: Port, shape: Shape, outward: boolean, path: readonly string[], make: MakeLeaf): unknown => {
  const signals = new Map<string, Signal>()
  // Whether a leaf can be driven is the same for all leaves of a port.
  let drivable = false
  fromLeaves(shape, [], (leaf, below) => {
    const way = [...path, ...below]
    const [first = '', ...rest] = way
    const made = make({ name: way.join('_'), label: labelOf(first, rest), shape: leaf, outward, port })
    drivable = made.drivable
    signals.set(below.join('_'), made.signal)
    return leafValue(leaf, made.signal)
  })
  const known = (below: readonly string[]): Signal => signals.get(below.join('_')) as Signal
  return drivable
    ? settable(shape, [], 'drive', (_, below) => known(below))
    : fromLeaves(shape, [], (leaf, below) => leafValue(leaf, known(below)))
}
