/** Which registers of an instance stand behind its ports. Looked for only when there is a mistake to tell. */
import { drivesOf, signalsIn } from '#analysis'
import type { Module, Signal } from '#ir'
import { combinationalGraph } from './combinational-graph.ts'
import { connectionsOf, inputsOf } from './reads.ts'
import { variableOf } from './words.ts'

/** A register, and the instances around it from the outside; empty in the module itself. */
export interface InnerRegister {
  readonly register: Signal
  readonly inside: readonly string[]
}

/** A register that an output of a module follows. */
export const registersBefore = (module: Module, output: string): InnerRegister | undefined => {
  const sources = new Map<Signal, Signal[]>()
  for (const [from, steps] of combinationalGraph(module)) {
    for (const to of steps.keys()) sources.set(to, [...(sources.get(to) ?? []), from])
  }
  const port = module.ports.find(({ name }) => name === output)
  for (const signal of reach(port, (each) => sources.get(each) ?? [])) {
    if (signal.role === 'register' || signal.role === 'memoryOutput') return { register: signal, inside: [] }
    if (signal.role !== 'instanceOutput') continue
    for (const instance of module.instances) {
      const connection = connectionsOf(instance).find((each) => each.signal === signal)
      const found = connection && registersBefore(instance.module, connection.port.name)
      if (found) return { ...found, inside: [variableOf(instance), ...found.inside] }
    }
  }
  return undefined
}

/** A register that takes what an input of a module brings. */
export const registerAfter = (module: Module, input: string): InnerRegister | undefined => {
  const port = module.ports.find(({ name }) => name === input)
  const graph = combinationalGraph(module)
  const reached = new Set(reach(port, (each) => [...(graph.get(each)?.keys() ?? [])]))
  for (const [register, drives] of drivesOf(module)) {
    if (register.role !== 'register') continue
    const reads = drives.flatMap(({ assign, conditions }) => [assign.value, ...conditions])
    if (reads.some((value) => [...signalsIn(value)].some((signal) => reached.has(signal)))) {
      return { register, inside: [] }
    }
  }
  for (const instance of module.instances) {
    for (const { port: inner, signal } of inputsOf(instance)) {
      const found = reached.has(signal) ? registerAfter(instance.module, inner.name) : undefined
      if (found) return { ...found, inside: [variableOf(instance), ...found.inside] }
    }
  }
  return undefined
}

const reach = (start: Signal | undefined, next: (signal: Signal) => readonly Signal[]): readonly Signal[] => {
  const found = new Set<Signal>(start === undefined ? [] : [start])
  // a Set goes on with what is added while it is walked
  for (const signal of found) for (const each of next(signal)) found.add(each)
  return [...found]
}
