/** One module of a design as a Verilog syntax tree. */
import type { Module, Signal } from '#ir'
import { createCaseNames } from './cases.ts'
import { assertionItems, combinationalItems, fillItems, instanceItem, memoryItems, registerItem } from './items.ts'
import { createLowering } from './lower.ts'
import { planModule, usesOf, type Variant } from './module-plan.ts'
import { orderWires } from './order.ts'
import { readsOfItem, unreadOf } from './reads.ts'
import { nameIn, scopeIn, type Scopes } from './scope.ts'
import type {
  Declaration,
  SinkItem,
  VerilogExpression,
  VerilogItem,
  VerilogModule,
  VerilogPort,
} from './verilog-tree.ts'
import { planWires } from './wires.ts'

/** A module's tree, and the names that only the tree knows. */
export interface EmittedModule {
  readonly tree: VerilogModule
  /** Wires of the probes, in the order of `module.probes`; none in the readable variant. */
  readonly probes: readonly { readonly wire: string; readonly bits: number }[]
}

export interface EmitModuleOptions {
  readonly variant: Variant
  readonly comment: readonly string[]
  /** `always`: `clk` and `rst` are ports even if nothing needs them. */
  readonly clock: 'always' | 'if needed'
}

export const emitModule = (module: Module, scopes: Scopes, options: EmitModuleOptions): EmittedModule => {
  const scope = scopeIn(scopes, module)
  const nameOf = (signal: Signal): string => nameIn(scope, scope.signals, signal)

  const plan = planModule(module, options.variant)
  const names = scope.names(new Set([...plan.constants, ...plan.direct.keys()]))
  const probeNames = plan.probes.map(({ name }) => names.take(`probe_${name}`))
  const uses = usesOf(plan, (thing) => (thing.kind === 'signal' ? nameOf(thing) : nameIn(scope, scope.memories, thing)))
  const wires = planWires(plan.graph, uses, nameOf, names)
  const wireNames = new Map(wires.map(({ node, name }) => [node, name]))
  const cases = createCaseNames([...module.ports, ...module.signals], names, nameOf)
  const memoryName: Parameters<typeof createLowering>[0]['memory'] = (memory) => nameIn(scope, scope.memories, memory)
  const lower = createLowering({ signal: nameOf, memory: memoryName, wire: (node) => wireNames.get(node), cases })

  const sharedWires = wires.map(({ node, name, only }) => ({
    wire: wire(name, node.bits, lower.definition(node)),
    only,
  }))
  const combinational = combinationalItems(plan, lower)
  const inLine = orderWires(
    combinational.assigns.flatMap(({ signal, item }) =>
      signal.role === 'wire' ? [wire(item.target.name, signal.bits, item.value)] : [],
    ),
    sharedWires.flatMap(({ wire: shared, only }) => (only === undefined ? [shared] : [])),
  )
  const inLineNames = new Set(inLine.map(({ name }) => name))
  const assigns = combinational.assigns.flatMap(({ item }) => (inLineNames.has(item.target.name) ? [] : [item]))
  const isVariable = (signal: Signal): boolean => combinational.variables.has(signal)
  const isDeclared = (signal: Signal): boolean =>
    !inLineNames.has(nameOf(signal)) && !plan.direct.has(signal) && !plan.constants.has(signal)
  const declarations = [
    ...module.memories.map((memory) => variable(memoryName(memory), memory.bits, memory.depth)),
    ...module.signals.filter(isDeclared).map((signal) => {
      const stored = signal.role === 'register' || signal.role === 'memoryOutput' || isVariable(signal)
      return stored ? variable(nameOf(signal), signal.bits) : wire(nameOf(signal), signal.bits)
    }),
  ]
  const probes = plan.probes.map(({ value }, index) =>
    wire(probeNames[index] ?? '', value.bits, lower.expression(value)),
  )
  const instances = module.instances.map((instance) => instanceItem(instance, scope, scopes, plan, lower))
  const fills = fillItems(plan, lower, names)
  const memories = plan.memories.flatMap((memory) => memoryItems(memory, lower))
  const registers = plan.registers.map((register) => registerItem(register, lower))
  const proofWires = sharedWires.flatMap(({ wire: shared, only }) => (only === 'proof' ? [shared] : []))
  const assertions = assertionItems(plan, lower, proofWires, names)

  const hardware: readonly (readonly VerilogItem[])[] = [
    declarations.toSorted((a, b) => rank(a) - rank(b)),
    inLine,
    probes,
    assigns,
    ...[...instances, ...combinational.blocks, ...fills, ...memories, ...registers].map((item) => [item]),
  ]
  const ports = portsOf(module, nameOf, isVariable, options.clock === 'always' || scope.clocked)
  const read = [...hardware, ...assertions].flat()
  const sink = sinkItem(unreadParts(module, scopes, ports, read), () => names.take('unused'))
  const groups = [cases.used(), ...hardware, sink, ...assertions].filter(({ length }) => length > 0)
  return {
    tree: { name: scope.module, comment: options.comment, ports, groups },
    probes: probes.map(({ name, bits }) => ({ wire: name, bits })),
  }
}

const wire = (name: string, bits: number, value?: VerilogExpression): Declaration => ({
  kind: 'declaration',
  net: 'wire',
  name,
  bits,
  depth: undefined,
  value,
})

const variable = (name: string, bits: number, depth?: number): Declaration => ({
  kind: 'declaration',
  net: 'reg',
  name,
  bits,
  depth,
  value: undefined,
})

/** Memories first, then variables, then wires. */
const rank = ({ depth, net }: Declaration): number => (depth !== undefined ? 0 : net === 'reg' ? 1 : 2)

const portsOf = (
  module: Module,
  nameOf: (signal: Signal) => string,
  isVariable: (signal: Signal) => boolean,
  clocked: boolean,
): readonly VerilogPort[] => {
  const clock = clocked ? ['clk', 'rst'] : []
  return [
    ...clock.map((name): VerilogPort => ({ direction: 'input', net: 'wire', name, bits: 1 })),
    ...module.ports.map((signal): VerilogPort => {
      const direction = signal.role === 'input' ? 'input' : 'output'
      return { direction, net: isVariable(signal) ? 'reg' : 'wire', name: nameOf(signal), bits: signal.bits }
    }),
  ]
}

const unreadParts = (
  module: Module,
  scopes: Scopes,
  ports: readonly VerilogPort[],
  items: readonly VerilogItem[],
): readonly VerilogExpression[] => {
  const scope = scopeIn(scopes, module)
  const outputs = new Set(
    module.instances.flatMap((instance) => {
      const name = nameIn(scope, scope.instances, instance)
      const child = scopeIn(scopes, instance.module)
      const driven = instance.module.ports.filter(({ role }) => role === 'output')
      return driven.map((port) => `${name}.${nameIn(child, child.signals, port)}`)
    }),
  )
  const inputs = ports.filter(({ direction }) => direction === 'input')
  const declared = [
    ...inputs.map(({ name, bits }) => ({ name, bits, depth: undefined })),
    ...items.filter((item) => item.kind === 'declaration'),
  ]
  return unreadOf(declared, (onRead) => {
    for (const item of items) readsOfItem(item, (instance, port) => !outputs.has(`${instance}.${port}`), onRead)
  })
}

const sinkItem = (parts: readonly VerilogExpression[], takeName: () => string): readonly SinkItem[] =>
  parts.length === 0 ? [] : [{ kind: 'sink', name: takeName(), parts }]
