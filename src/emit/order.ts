/** The order in which wires are declared: each one after those that it reads. */
import { readsOfExpression } from './reads.ts'
import type { Declaration } from './verilog-tree.ts'

/**
 * Declarations with a value, in an order without forward references. `signals` that are part of a cycle (through an
 * instance, for example) are left out; somebody else declares and assigns them. `shared` are never part of a cycle
 * without a signal.
 */
export const orderWires = (signals: readonly Declaration[], shared: readonly Declaration[]): readonly Declaration[] => {
  const known = new Map([...signals, ...shared].map((wire) => [wire.name, wire]))
  const isSignal = new Set(signals)
  const state = new Map<Declaration, 'open' | 'placed' | 'apart'>()
  const placed: Declaration[] = []
  const path: Declaration[] = []

  const place = (wire: Declaration): void => {
    if (state.has(wire)) return
    state.set(wire, 'open')
    path.push(wire)
    const needs: Declaration[] = []
    if (wire.value !== undefined) {
      readsOfExpression(wire.value, (name) => {
        const read = known.get(name)
        if (read !== undefined) needs.push(read)
      })
    }
    for (const need of needs) {
      if (state.get(need) === 'open') openCycle(path.slice(path.indexOf(need)))
      place(need)
    }
    path.pop()
    if (state.get(wire) === 'apart') return
    state.set(wire, 'placed')
    placed.push(wire)
  }

  /** A signal of the cycle is declared before everything and assigned behind it. */
  const openCycle = (cycle: readonly Declaration[]): void => {
    if (cycle.some((wire) => state.get(wire) === 'apart')) return
    const signal = cycle.findLast((wire) => isSignal.has(wire))
    if (signal !== undefined) state.set(signal, 'apart')
  }

  for (const wire of [...shared, ...signals]) place(wire)
  return placed
}
