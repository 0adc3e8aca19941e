/** Whose clock moves what a signal carries. */
import { drivesOf, memoriesIn, signalsIn, writesOf } from '#analysis'
import type { Domain, Expression, Instance, Memory, Module, Signal } from '#ir'
import { combinationalGraph } from './combinational-graph.ts'
import type { Step } from './combinational-graph.ts'
import { connectionsOf } from './reads.ts'

/** The name of a domain, or `asynchronous` for pins that belong to none. */
export type Clock = string

/** A reason why a value moves with a clock: what the clock moves, and the way from there. */
export interface Source {
  readonly from: Signal | Memory
  readonly steps: readonly Step[]
}

/** For every clock that moves a value one reason. */
export type Sources = ReadonlyMap<Clock, Source>

/** Tells the sources of values of a module. */
export const sourcesIn = (module: Module): ((value: Expression) => Sources) => {
  const arrivals = arrivalsIn(module)
  const written = writtenBy(module)
  return (value) => {
    const found = new Map<Clock, Source>()
    for (const signal of signalsIn(value)) {
      for (const [clock, source] of arrivals.get(signal) ?? []) if (!found.has(clock)) found.set(clock, source)
    }
    for (const memory of memoriesIn(value)) {
      for (const clock of written.get(memory) ?? [])
        if (!found.has(clock)) found.set(clock, { from: memory, steps: [] })
    }
    return found
  }
}

/** Every clock that something in a module has to do with. A module with one has no crossing. */
export const clocksOf = (module: Module): ReadonlySet<Clock> => {
  const clocks = new Set<Clock>()
  for (const signal of [...module.ports, ...module.signals]) {
    const clock = clockOf(signal)
    if (clock !== undefined) clocks.add(clock)
  }
  for (const instance of module.instances) {
    for (const { port } of connectionsOf(instance)) clocks.add(outsideClock(instance, port))
  }
  for (const { domain } of [...module.readPorts, ...module.probes, ...module.properties]) clocks.add(domain.name)
  for (const { write } of writesOf(module)) clocks.add(write.domain.name)
  return clocks
}

/** The clock that a port of an instance moves with, by its name in the parent. */
export const outsideClock = (instance: Instance, port: Signal): Clock => {
  const clock = clockOf(port) ?? 'main'
  return instance.domains[clock]?.name ?? clock
}

/** The clock that the declaration of a signal names. */
export const clockOf = ({ domain }: { readonly domain: Domain | 'asynchronous' | undefined }): Clock | undefined =>
  domain === undefined || domain === 'asynchronous' ? domain : domain.name

/** The domains in which memories are written. */
export const writtenBy = (module: Module): ReadonlyMap<Memory, ReadonlySet<Clock>> => {
  const written = new Map<Memory, Set<Clock>>()
  for (const { write } of writesOf(module)) {
    const clocks = written.get(write.memory) ?? new Set()
    written.set(write.memory, clocks.add(write.domain.name))
  }
  return written
}

/** What a clock moves, and then everything that follows it within the cycle. */
const arrivalsIn = (module: Module): ReadonlyMap<Signal, ReadonlyMap<Clock, Source>> => {
  const arrivals = new Map<Signal, Map<Clock, Source>>()
  const pending: (readonly [Signal, Clock])[] = []
  const arrive = (signal: Signal, clock: Clock, source: Source): void => {
    const clocks = arrivals.get(signal) ?? new Map<Clock, Source>()
    if (clocks.has(clock)) return
    arrivals.set(signal, clocks.set(clock, source))
    pending.push([signal, clock])
  }

  for (const signal of [...module.ports, ...module.signals]) {
    if (signal.role !== 'input' && signal.role !== 'register' && signal.role !== 'memoryOutput') continue
    arrive(signal, clockOf(signal) ?? 'main', { from: signal, steps: [] })
  }
  for (const instance of module.instances) {
    for (const { port, signal } of connectionsOf(instance)) {
      if (port.role === 'output') arrive(signal, outsideClock(instance, port), { from: signal, steps: [] })
    }
  }
  const written = writtenBy(module)
  for (const [to, drives] of drivesOf(module)) {
    if (to.role === 'register') continue
    for (const value of drives.flatMap(({ assign, conditions }) => [assign.value, ...conditions])) {
      for (const memory of memoriesIn(value)) {
        for (const clock of written.get(memory) ?? []) arrive(to, clock, { from: memory, steps: [] })
      }
    }
  }

  const graph = combinationalGraph(module)
  for (const [signal, clock] of pending) {
    const source = arrivals.get(signal)?.get(clock)
    if (source === undefined) continue
    for (const step of graph.get(signal)?.values() ?? []) {
      // an output of an instance moves as its port says, and that is checked inside
      if (step.to.role === 'instanceOutput') continue
      arrive(step.to, clock, { from: source.from, steps: [...source.steps, step] })
    }
  }
  return arrivals
}
