// Finds signals and memories by name: instances and the designer's spelling, joined by dots.

import type { Engine, MemorySlot, Slot } from '#engine'
import { nameOf } from '#sim/wave'
import { SimulateError, didYouMean } from './error.ts'
import { probeLabel } from './records.ts'

/** A signal, or the parts of a record or array by what is behind the name: `.op`, `[2].data`. */
export type Found = { readonly slot: Slot } | { readonly parts: readonly (readonly [rest: string, slot: Slot])[] }

/** The signal that `name` stands for. */
export const findSignal = (slots: readonly Slot[], name: string, top: string): Found => {
  const exact = slots.find((slot) => nameOf(slot) === name) ?? slots.find((slot) => slot.path.join('.') === name)
  if (exact !== undefined) return { slot: exact }
  const parts = slots.flatMap((slot) => {
    const full = nameOf(slot)
    return full.startsWith(`${name}.`) || full.startsWith(`${name}[`) ? [[full.slice(name.length), slot] as const] : []
  })
  // What begins like that may also be an instance: its signals are no record.
  const depth = name.split('.').length
  if (parts.length > 0 && parts.every(([, slot]) => slot.path.length <= depth)) return { parts }
  const inside = slots.some((slot) => slot.path.slice(0, -1).join('.') === name)
  throw new SimulateError({
    code: 'SIM-0306',
    title: inside
      ? `\`${name}\` is an instance in \`${top}\`, not a signal`
      : `there is no signal \`${name}\` in \`${top}\``,
    help: inside
      ? didYouMean('', slots.filter((slot) => slot.path.slice(0, -1).join('.') === name).map(nameOf))
      : didYouMean(name, slots.map(nameOf)),
  })
}

/** The memory that `name` stands for. */
export const findMemory = (memories: readonly MemorySlot[], name: string, top: string): number => {
  const names = memories.map(({ path }) => path.join('.'))
  const index = names.indexOf(name)
  if (index >= 0) return index
  throw new SimulateError({
    code: 'SIM-0306',
    title: `there is no memory \`${name}\` in \`${top}\``,
    help: didYouMean(name, names),
  })
}

/** Signals that people know, one of each name: what is connected to an instance is its port. */
export const named = (engine: Engine): readonly Slot[] => {
  const known = namesOf.get(engine)
  if (known !== undefined) return known
  const byName = new Map<string, Slot>()
  for (const slot of engine.signals) {
    if (slot.path.at(-1)?.startsWith(probeLabel('')) === true) continue
    const name = nameOf(slot)
    if (slot.path.length > (byName.get(name)?.path.length ?? 0)) byName.set(name, slot)
  }
  const slots = [...byName.values()]
  namesOf.set(engine, slots)
  return slots
}

const namesOf = new WeakMap<Engine, readonly Slot[]>()
