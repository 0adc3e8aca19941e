/** What a simulation harness needs to know about a design. */
import type { Design, Module } from '#ir'
import { emitModules, toFile, type VerilogFile } from './emit-verilog.ts'
import { nameIn, scopeIn, scopesOf } from './scope.ts'

export interface SimulationPort {
  readonly name: string
  readonly direction: 'input' | 'output'
  readonly bits: number
}

/** A wire of 1 + record bits; its top bit says whether there is a record in this cycle. */
export interface SimulationProbe {
  /** Instance path and name of the probe: `router.link.sent`. */
  readonly name: string
  /** Instance names below the top, separated by dots; empty for the top itself. */
  readonly path: string
  readonly module: string
  readonly wire: string
  readonly bits: number
}

export interface SimulationMemory {
  readonly name: string
  readonly path: string
  readonly module: string
  readonly variable: string
  readonly depth: number
  readonly bits: number
}

export interface EmittedSimulation {
  readonly top: string
  readonly files: readonly VerilogFile[]
  /** Ports of the top module; `clk` and `rst`, which the simulated top always has, are left out. */
  readonly ports: readonly SimulationPort[]
  readonly probes: readonly SimulationProbe[]
  readonly memories: readonly SimulationMemory[]
}

/** The Verilog for simulation, and where its probes and memories are in the hierarchy. */
export const simulationSource = (design: Design): EmittedSimulation => {
  const scopes = scopesOf(design)
  const emitted = emitModules(design, scopes, 'simulation')
  const probes: SimulationProbe[] = []
  const memories: SimulationMemory[] = []

  const visit = (module: Module, path: readonly string[]): void => {
    const scope = scopeIn(scopes, module)
    const wires = emitted.get(module)?.probes ?? []
    const at = { path: path.join('.'), module: scope.module }
    module.probes.forEach((probe, index) => {
      const { wire = '', bits = 0 } = wires[index] ?? {}
      probes.push({ ...at, name: [...path, probe.name].join('.'), wire, bits })
    })
    for (const memory of module.memories) {
      const variable = nameIn(scope, scope.memories, memory)
      const { depth, bits } = memory
      memories.push({ ...at, name: [...path, memory.name].join('.'), variable, depth, bits })
    }
    for (const instance of module.instances) {
      visit(instance.module, [...path, nameIn(scope, scope.instances, instance)])
    }
  }
  visit(design.top, [])

  const top = scopeIn(scopes, design.top)
  const ports = design.top.ports.map((port): SimulationPort => {
    const direction = port.role === 'input' ? 'input' : 'output'
    return { name: nameIn(top, top.signals, port), direction, bits: port.bits }
  })
  return { top: top.module, files: [...emitted.values()].map(toFile), ports, probes, memories }
}
