/** Module ids: 8 bits {x3, y3, z2}. Source: NoC section 1.1. */

/** Where a module sits: the coordinates of its router, and its number there. */
export interface ModulePlace {
  readonly x: number
  readonly y: number
  readonly z: number
}

/** The place that a module id names: x grows to the east, y to the north. */
export const placeOf = (mod: number): ModulePlace => ({ x: mod >> 5, y: (mod >> 2) & 7, z: mod & 3 })

/** The module id of a place. */
export const modAt = (x: number, y: number, z: number): number => (x << 5) | (y << 2) | z

/** A module id as text: `0x07`. */
export const showMod = (mod: number): string => `0x${mod.toString(16).padStart(2, '0')}`
