// What runs a design
export type { Engine, MemorySlot, PropertyEvent, Slot } from './engine.ts'
