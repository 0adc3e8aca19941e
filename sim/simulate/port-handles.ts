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
  const byLabel = new Map(slots.map((slot) => [slot.label, slot]))
  const slotOf = (path: string): Slot => {
    const found = byLabel.get(path)
    if (found === undefined) throw new Error(`the engine has no port ${path}`)
    return found
  }

  const handle = (path: string, shape: Shape, inward: boolean): Handle => {
    const leaves = leavesOf(shape, path, 0).map(({ name, lsb }): Leaf => ({ slot: slotOf(name), lsb }))
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

// Like the language: a record of ports may have ports of such names, which are no texts.
const isPort = (entry: unknown): entry is PortLike =>
  typeof (entry as { readonly direction?: unknown }).direction === 'string'

/** The signals that carry a value of a shape, and where their bits are in it. */
const leavesOf = (
  shape: Shape,
  name: string,
  lsb: number,
): readonly { readonly name: string; readonly lsb: number }[] => {
  if (shape.kind === 'struct') {
    return Object.entries(shape.fields).flatMap(([field, inner]) =>
      leavesOf(inner, `${name}.${field}`, lsb + (shape.lsb[field] as number)),
    )
  }
  if (shape.kind === 'array') {
    return Array.from({ length: shape.length }, (_, index) =>
      leavesOf(shape.element, `${name}[${index}]`, lsb + index * shape.element.bits),
    ).flat()
  }
  if (shape.kind === 'union') {
    const payload = shape.payloadBits === 0 ? [] : [{ name: `${name}.payload`, lsb }]
    return [{ name: `${name}.tag`, lsb: lsb + shape.payloadBits }, ...payload]
  }
  return [{ name, lsb }]
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
