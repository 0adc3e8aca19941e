/** Values that can be set: with `drive` in the same cycle, with `next` at the clock edge. */
import type { LeafShape, Shape } from '#layout'
import type { Expression, Signal } from '#ir'
import { DesignError } from '#report'
import { fromLeaves, leafValue, type LeafValue, leavesOf } from './bundle.ts'
import { when } from './control.ts'
import { joined, selected } from './expressions.ts'
import { unsignedOf } from './operand.ts'
import { capture } from './origin.ts'
import { assign } from './signal.ts'
import type { UInt } from './value.ts'

type Verb = 'drive' | 'next'

/** What a leaf reads, and what setting it does. */
interface Slot {
  readonly expression: Expression
  readonly set: (value: Expression) => void
}

/** A value of signals that `makeSignal` makes, one per leaf, with the setting method on each leaf and each whole. */
export const settable = (
  shape: Shape,
  path: readonly string[],
  verb: Verb,
  makeSignal: (shape: LeafShape, path: readonly string[]) => Signal,
): unknown =>
  fromSlots(shape, path, verb, (leaf, place) => {
    const signal = makeSignal(leaf, place)
    return { expression: signal, set: (value) => assign(signal, value, verb) }
  })

const fromSlots = (
  shape: Shape,
  path: readonly string[],
  verb: Verb,
  slotOf: (shape: LeafShape, path: readonly string[]) => Slot,
): unknown => {
  const slots = new Map<LeafValue, Slot>()
  return fromLeaves(
    shape,
    path,
    (leaf, place) => {
      const slot = slotOf(leaf, place)
      const value = leafValue(leaf, slot.expression)
      slots.set(value, slot)
      return method(value, verb, (given) => setAll(leaf, value, given, slots)) as LeafValue
    },
    (part, value) => {
      if (part.kind === 'array')
        method(value, 'at', (index) =>
          typeof index === 'number'
            ? (value as readonly unknown[]).at(index)
            : elementAt(part.element, value as readonly unknown[], index as UInt, verb, slots),
        )
      return method(value, verb, (given) => setAll(part, value, given, slots))
    },
  )
}

/** Adds a method to a value. Rejects: HDL-0304, at once, when a field has its name. */
const method = (target: object, name: Verb | 'at', call: (given: unknown) => unknown): object => {
  if (Object.hasOwn(target, name))
    throw new DesignError([
      {
        code: 'HDL-0304',
        title: `a record with a field \`${name}\` cannot be set`,
        at: { origin: capture(), note: `.${name}(...) is what sets it` },
        also: [],
        path: [],
        help: [`give the field another name than '${name}'`],
      },
    ])
  return Object.defineProperty(target, name, { value: call, enumerable: false })
}

/** Sets all leaves of `target` to those of `given`, which come in the same order. */
const setAll = (shape: Shape, target: unknown, given: unknown, slots: ReadonlyMap<LeafValue, Slot>): void => {
  for (const { path, expression } of leavesOf(shape, given)) slotAt(target, path, slots).set(expression)
}

const slotAt = (value: unknown, path: readonly string[], slots: ReadonlyMap<LeafValue, Slot>): Slot => {
  const leaf = path.reduce<unknown>((whole, key) => (whole as Record<string, unknown>)[key], value)
  return slots.get(leaf as LeafValue) as Slot
}

/** A view of the element that `index` names: reads it, and sets it alone. */
const elementAt = (
  shape: Shape,
  elements: readonly unknown[],
  index: UInt,
  verb: Verb,
  slots: ReadonlyMap<LeafValue, Slot>,
): unknown => {
  const at = unsignedOf(index, 'an index')
  return fromSlots(shape, [], verb, (leaf, path) => {
    const targets = elements.map((element) => slotAt(element, path, slots))
    return {
      expression: selected(joined(targets.map(({ expression }) => expression).reverse()), at, leaf.bits),
      set: (value) => {
        // A value of the wrong width is told of once, not for each element.
        if (value.bits !== leaf.bits) return targets[0]?.set(value)
        targets.forEach((target, position) => {
          if (BigInt(position) < 1n << BigInt(at.bits)) when(index.eq(position), () => target.set(value))
        })
      },
    }
  })
}
