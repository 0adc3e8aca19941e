/** Ways through a combinational graph. */
import type { Signal } from '#ir'
import type { CombinationalGraph, Step } from './combinational-graph.ts'

/** Looks from a signal forwards; the answer gives the fewest steps to another signal, at least one, or undefined. */
export const shortestWay = (
  graph: CombinationalGraph,
  start: Signal,
  within: (signal: Signal) => boolean = () => true,
): ((end: Signal) => readonly Step[] | undefined) => {
  const arrival = new Map<Signal, Step>()
  const pending = [start]
  for (let index = 0; index < pending.length; index++) {
    const from = pending[index]
    if (from === undefined) break
    for (const step of graph.get(from)?.values() ?? []) {
      if (arrival.has(step.to) || !within(step.to)) continue
      arrival.set(step.to, step)
      if (step.to !== start) pending.push(step.to)
    }
  }
  return (end) => {
    const steps: Step[] = []
    for (let step = arrival.get(end); step !== undefined; step = arrival.get(step.from)) {
      steps.unshift(step)
      if (step.from === start) return steps
    }
    return undefined
  }
}

/** Groups of signals that all follow each other: every combinational loop lies inside of one group. */
export const loopGroups = (graph: CombinationalGraph): readonly ReadonlySet<Signal>[] => {
  const order = new Map<Signal, number>()
  const lowest = new Map<Signal, number>()
  const open: Signal[] = []
  const isOpen = new Set<Signal>()
  const groups: ReadonlySet<Signal>[] = []

  // Tarjan's algorithm with its own stack: long chains of logic are ordinary
  for (const root of graph.keys()) {
    if (order.has(root)) continue
    const calls = [enter(root)]
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const next = call.rest.next()
      if (!next.done) {
        if (!order.has(next.value)) calls.push(enter(next.value))
        else if (isOpen.has(next.value)) lower(call.signal, order.get(next.value))
        continue
      }
      calls.pop()
      const caller = calls.at(-1)
      if (caller !== undefined) lower(caller.signal, lowest.get(call.signal))
      if (lowest.get(call.signal) === order.get(call.signal)) close(call.signal)
    }
  }
  return groups

  function enter(signal: Signal): { readonly signal: Signal; readonly rest: Iterator<Signal, undefined> } {
    order.set(signal, order.size)
    lowest.set(signal, order.size - 1)
    open.push(signal)
    isOpen.add(signal)
    return { signal, rest: (graph.get(signal) ?? new Map<Signal, Step>()).keys() }
  }

  function lower(signal: Signal, value: number | undefined): void {
    lowest.set(signal, Math.min(lowest.get(signal) ?? 0, value ?? Infinity))
  }

  function close(signal: Signal): void {
    const group = new Set(open.splice(open.lastIndexOf(signal)))
    for (const member of group) isOpen.delete(member)
    if (group.size > 1 || graph.get(signal)?.has(signal)) groups.push(group)
  }
}
