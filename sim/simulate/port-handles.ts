// Makes the handles of all ports of a design.

import type { Slot } from '#engine'
import type { Shape } from '#layout'
import { Handle, type HandleHost, type Leaf } from './handle.ts'

interface PortLike {
  readonly direction: 'in' | 'out'
  readonly shape: Shape | { readonly kind: 'stream'; readonly payload: Shape }
}

/** Handles by port name, from the ports of the definition and the slots of the engine. */
export const portHandles = (
  ports: Readonly<Record<string, unknown>>,
  slots: readonly Slot[],
  host: HandleHost,
): Readonly<Record<string, unknown>> => {
  const byLabel = new Map(slots.map((slot) => [plainName(slot.label), slot]))
  const slotOf = (path: string): Slot => {
    const found = byLabel.get(plainName(path))
    if (found === undefined) throw new Error(`the engine has no port ${path}`)
    return found
  }

  const handle = (path: string, shape: Shape, inward: boolean): Handle => {
    const leaves = leavesOf(shape, path, 0, (leaf) => byLabel.has(plainName(leaf))).map(({ name, lsb }): Leaf => {
      return { slot: slotOf(name), lsb }
    })
    const parts = once(() => {
      if (shape.kind === 'struct') {
        const entries = Object.entries(shape.fields)
        return Object.fromEntries(entries.map(([name, field]) => [name, handle(`${path}.${name}`, field, inward)]))
      }
      if (shape.kind !== 'array') return {}
      return Array.from({ length: shape.length }, (_, index) => handle(`${path}[${index}]`, shape.element, inward))
    })
    return new Handle(path, shape, inward ? 'input' : 'output', leaves, host, parts)
  }

  const port = (path: string, { direction, shape }: PortLike): unknown => {
    const inward = direction === 'in'
    if (shape.kind !== 'stream') return handle(path, shape, inward)
    const payload = handle(`${path}.payload`, shape.payload, inward)
    const valid = handle(`${path}.valid`, bitShape, inward)
    const ready = handle(`${path}.ready`, bitShape, !inward)
    return {
      kind: 'stream',
      payload,
      valid,
      ready,
      get fires() {
        return valid.value === 1 && ready.value === 1
      },
    }
  }

  const visit = (path: string, entry: unknown): unknown => {
    if (Array.isArray(entry)) return entry.map((one, index) => visit(`${path}[${index}]`, one))
    if (isPort(entry)) return port(path, entry)
    const inner = Object.entries(entry as Record<string, unknown>)
    return Object.fromEntries(inner.map(([name, one]) => [name, visit(`${path}.${name}`, one)]))
  }

  return Object.fromEntries(Object.entries(ports).map(([name, entry]) => [name, visit(name, entry)]))
}

const bitShape = { kind: 'uint', bits: 1 } as const

const isPort = (entry: unknown): entry is PortLike =>
  typeof entry === 'object' && entry !== null && 'direction' in entry && 'shape' in entry

/** The signals that carry a value of a shape, and where their bits are in it. */
const leavesOf = (
  shape: Shape,
  name: string,
  lsb: number,
  exists: (name: string) => boolean,
): readonly { readonly name: string; readonly lsb: number }[] => {
  if (shape.kind === 'struct') {
    return Object.entries(shape.fields).flatMap(([field, inner]) =>
      leavesOf(inner, `${name}.${field}`, lsb + (shape.lsb[field] as number), exists),
    )
  }
  if (shape.kind === 'array') {
    return Array.from({ length: shape.length }, (_, index) =>
      leavesOf(shape.element, `${name}[${index}]`, lsb + index * shape.element.bits, exists),
    ).flat()
  }
  return [{ name, lsb }]
}

/** Labels may be spelled with dots and brackets or as one word. */
const plainName = (label: string): string => label.replace(/[.[]/g, '_').replaceAll(']', '')

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
