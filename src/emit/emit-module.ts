/** One module of a design as a Verilog syntax tree. */
import type { Memory, Module, Origin, Signal } from '#ir'
import { createCaseNames } from './cases.ts'
import { combinationalItems, instanceItem, registerItems, type CombinationalItems } from './items.ts'
import { createLowering, type Lowering } from './lower.ts'
import { fillItems, memoryDeclaration, memoryItems, type DataFile } from './memory-items.ts'
import { planModule, usesOf, type ModulePlan, type Variant } from './module-plan.ts'
import { orderWires } from './order.ts'
import { sourceLine } from './place-text.ts'
import { formalItems, simulatedProperties, type SimulatedProperty } from './property-items.ts'
import { nameIn, pinsIn, scopeIn, type Scope, type Scopes } from './scope.ts'
import { sinkItems } from './sink.ts'
import type { Declaration, VerilogExpression, VerilogItem, VerilogModule, VerilogPort } from './verilog-tree.ts'
import { planWires } from './wires.ts'

/** A module's tree, and what only the tree knows. */
export interface EmittedModule {
  readonly tree: VerilogModule
  /** Wires of the probes, in the order of `module.probes`; none in the readable variant. */
  readonly probes: readonly { readonly wire: string; readonly bits: number }[]
  /** The properties in the simulation; none in the readable variant. */
  readonly properties: readonly SimulatedProperty[]
  /** Signals of the module that the text does without: numbers, and wires that only lead into an instance. */
  readonly absent: ReadonlySet<Signal>
  /** Files that the Verilog reads. */
  readonly data: readonly DataFile[]
}

export interface EmitModuleOptions {
  readonly variant: Variant
  readonly comment: readonly string[]
  /** `source`: the text says where each piece of it was written. */
  readonly lines: 'none' | 'source'
  /** Where long first contents of memories are. */
  readonly contents: 'inline' | 'files'
}

export const emitModule = (module: Module, scopes: Scopes, options: EmitModuleOptions): EmittedModule => {
  const scope = scopeIn(scopes, module)
  const plan = planModule(module, options.variant)
  const absent = new Set([...plan.constants, ...plan.direct.keys()])
  const names = scope.names(absent)
  const madeNames = new Map(plan.made.map((signal) => [signal, names.take(signal.name)]))
  const nameOf = (signal: Signal): string =>
    madeNames.get(signal) ?? resetName(plan, scope, signal) ?? nameIn(scope, scope.signals, signal)
  const memoryName = (memory: Memory): string => nameIn(scope, scope.memories, memory)
  const place = (origin: Origin | undefined) => (options.lines === 'source' ? sourceLine(origin) : undefined)

  const probeNames = plan.probes.map(({ name }) => names.take(`probe_${name}`))
  const uses = usesOf(plan, (thing) => (thing.kind === 'signal' ? nameOf(thing) : memoryName(thing)))
  const wires = planWires(plan.graph, uses, nameOf, names)
  const wireNames = new Map(wires.map(({ node, name }) => [node, name]))
  const cases = createCaseNames([...module.ports, ...module.signals], names, nameOf)
  const lower = createLowering({
    signal: nameOf,
    memory: memoryName,
    wire: (node) => wireNames.get(node),
    cases,
    place,
  })

  const shared = wires.map(({ node, name, only }) => {
    return { only, wire: wire(name, node.bits, lower.definition(node), place(node.origins[0])) }
  })
  const isGhost = ({ ghost }: Signal): boolean => ghost && options.variant === 'readable'
  const values = logicOf(
    module,
    plan,
    lower,
    shared.flatMap((one) => (one.only === undefined ? [one.wire] : [])),
    (signal) => !isGhost(signal),
  )
  const ghosts = logicOf(
    module,
    plan,
    lower,
    shared.flatMap((one) => (one.only === 'proof' ? [one.wire] : [])),
    isGhost,
  )
  const probes = plan.probes.map(({ value }, index) =>
    wire(probeNames[index] ?? '', value.bits, lower.expression(value)),
  )
  const instances = module.instances.map((instance) => instanceItem(instance, scope, scopes, plan, lower))
  const simulated = options.variant === 'readable' ? undefined : simulatedProperties(plan, lower, scope, names)
  const fills = fillItems(module.memories, lower, names, options.contents, scope.module, simulated?.fills ?? [])
  const memories = plan.memories.flatMap((memory) => memoryItems(memory, lower, scope))
  const registers = plan.registers
    .filter(({ signal }) => !isGhost(signal))
    .map((register) => registerItems(register, lower, scope))
  const checks = (simulated?.blocks ?? []).map((item) => [item])
  const ghostRegisters = plan.registers
    .filter(({ signal }) => isGhost(signal))
    .flatMap((register) => registerItems(register, lower, scope))
  const ghostItems = [
    ...ghosts.declarations,
    ...ghosts.inLine,
    ...ghosts.assigns,
    ...ghosts.logic.blocks,
    ...ghostRegisters,
  ]
  const formal = options.variant === 'readable' ? formalItems(plan, lower, scope, names, ghostItems) : []

  const declarations = [
    ...plan.memories.map((memory) => memoryDeclaration(memory, lower)),
    ...(simulated?.declarations ?? []),
    ...values.declarations,
  ]
  const hardware: readonly (readonly VerilogItem[])[] = [
    declarations.toSorted((a, b) => rank(a) - rank(b)),
    values.inLine,
    probes,
    values.assigns,
    ...[...instances, ...values.logic.blocks, ...fills.items, ...memories].map((item) => [item]),
    ...registers,
  ]
  const ports = portsOf(module, nameOf, (signal) => values.logic.variables.has(signal), scope, place)
  const read = [...hardware, ...checks, formal].flat()
  const sink = sinkItems(module, scopes, ports, read, () => names.take('unused'))
  const groups = [cases.used(), ...hardware, sink, ...checks, formal].filter(({ length }) => length > 0)
  const { comment } = options
  return {
    tree: { name: scope.module, comment, waived: waivedIn(scope), ports, groups },
    probes: probes.map(({ name, bits }) => ({ wire: name, bits })),
    properties: simulated?.properties ?? [],
    absent,
    data: fills.data,
  }
}

const resetName = (plan: ModulePlan, scope: Scope, signal: Signal): string | undefined => {
  const domain = plan.resets.get(signal)
  return domain === undefined ? undefined : pinsIn(scope, domain).reset
}

/** Wires, outputs and declarations of the hardware, or of what is there for proofs. */
interface Logic {
  readonly logic: CombinationalItems
  /** Wires that are declared with their value. */
  readonly inLine: readonly Declaration[]
  readonly assigns: readonly VerilogItem[]
  readonly declarations: readonly Declaration[]
}

const logicOf = (
  module: Module,
  plan: ModulePlan,
  lower: Lowering,
  shared: readonly Declaration[],
  belongs: (signal: Signal) => boolean,
): Logic => {
  const logic = combinationalItems(
    plan.combinational.filter(({ signal }) => belongs(signal)),
    lower,
  )
  const inLine = orderWires(
    logic.assigns.flatMap(({ signal, item }) =>
      signal.role === 'output' ? [] : [wire(item.target.name, signal.bits, item.value, item.at)],
    ),
    shared,
  )
  const inLineNames = new Set(inLine.map(({ name }) => name))
  const assigns = logic.assigns.flatMap(({ item }) => (inLineNames.has(item.target.name) ? [] : [item]))
  const outputs = new Set(plan.combinational.map(({ signal }) => signal))
  const declarations = [...plan.made, ...module.signals].flatMap((signal): readonly Declaration[] => {
    const { name } = lower.signal(signal)
    if (!belongs(signal) || inLineNames.has(name) || plan.direct.has(signal) || plan.constants.has(signal)) return []
    const isState = signal.role === 'register' || (signal.role === 'memoryOutput' && !outputs.has(signal))
    const net = isState || logic.variables.has(signal) ? 'reg' : 'wire'
    return [{ ...wire(name, signal.bits, undefined, lower.place(signal.origin)), net }]
  })
  return { logic, inLine, assigns, declarations }
}

const wire = (name: string, bits: number, value?: VerilogExpression, at?: Declaration['at']): Declaration => ({
  kind: 'declaration',
  at,
  net: 'wire',
  name,
  bits,
  depth: undefined,
  value,
})

/** Memories first, then variables, then wires. */
const rank = ({ depth, net }: Declaration): number => (depth !== undefined ? 0 : net === 'reg' ? 1 : 2)

/** Checks and memories look at the clock edge at a reset that registers obey at once. */
const waivedIn = ({ pins }: Scope): string | undefined =>
  [...pins.values()].some(({ domain }) => domain.reset === 'asynchronous') ? 'SYNCASYNCNET' : undefined

const portsOf = (
  module: Module,
  nameOf: (signal: Signal) => string,
  isVariable: (signal: Signal) => boolean,
  { clocks }: Scope,
  place: Lowering['place'],
): readonly VerilogPort[] => {
  const pins = clocks.flatMap(({ clock, reset }) => (reset === undefined ? [clock] : [clock, reset]))
  return [
    ...pins.map((name): VerilogPort => ({ direction: 'input', net: 'wire', name, bits: 1 })),
    ...module.ports.map((signal): VerilogPort => {
      const direction = signal.role === 'input' ? 'input' : 'output'
      return {
        at: place(signal.origin),
        direction,
        net: isVariable(signal) ? 'reg' : 'wire',
        name: nameOf(signal),
        bits: signal.bits,
      }
    }),
  ]
}
