/** Modules, their instances, and the elaboration of a design. */
import type { Shape } from '#layout'
import { bit } from '#layout'
import type { Design, Instance, Module, Signal } from '#ir'
import { checkDesign } from '#check'
import { DesignError } from '#report'
import { fromLeaves } from './bundle.ts'
import { builder, claimName, elaboration, inElaboration, isLegalName, newBuilder, reportMistake } from './context.ts'
import { mainDomain } from './domain.ts'
import { fingerprint } from './fingerprint.ts'
import { OneOf } from './one-of.ts'
import { capture, summaryAt } from './origin.ts'
import type { Port, PortRecord, Views } from './ports.ts'
import { settable } from './state.ts'
import { type Bit, newSignal, UInt } from './value.ts'

/** A module as a value: a name, a record of ports, a body. */
export interface ModuleDefinition<P extends PortRecord = PortRecord> {
  readonly name: string
  readonly ports: P
  readonly body: (ports: Views<P, 'inside'>) => void
  readonly origin: ReturnType<typeof capture>
}

/**
 * Describes a module. The body runs when a design that contains the module is elaborated; identical modules are emitted
 * once.
 */
export const module = <const P extends PortRecord>(
  name: string,
  ports: P,
  body: (ports: Views<P, 'inside'>) => void,
): ModuleDefinition<P> => Object.freeze({ name, ports, body, origin: capture() })

/** Uses a module inside the one whose body is running; returns its ports as the parent sees them. */
export const instance = <P extends PortRecord>(definition: ModuleDefinition<P>, name?: string): Views<P, 'outside'> => {
  const owner = builder('instance()')
  const origin = capture(name)
  const child = elaborateModule(definition as unknown as ModuleDefinition)
  const instanceName = claimName(owner, name ?? origin.name ?? definition.name)
  const connections: Record<string, Signal> = {}
  const views = viewPorts(definition.ports, (portName, leaf, outward) => {
    const signal = newSignal(`${instanceName}_${portName}`, leaf.bits, outward ? 'instanceOutput' : 'wire', origin, {
      cases: leaf.kind === 'oneOf' ? leaf.codes : undefined,
    })
    connections[portName] = signal
    return { signal, drivable: !outward }
  })
  // Port names of the child are spelled by its own builder; both lists are in declaration order.
  const spelled = Object.fromEntries(
    Object.values(connections).map((signal, index) => [(child.ports[index] as Signal).name, signal]),
  )
  const node: Instance = Object.freeze({
    kind: 'instance',
    name: instanceName,
    module: child,
    connections: Object.freeze(spelled),
    domains: Object.freeze({ main: mainDomain }),
    origin,
  })
  owner.instances.push(node)
  return views as Views<P, 'outside'>
}

type LeafMaker = (name: string, leaf: Shape, outward: boolean, port: Port) => { signal: Signal; drivable: boolean }

/** Makes the values of all ports; `outward` tells whether the module itself sets the leaf. */
const viewPorts = (ports: PortRecord, make: LeafMaker): unknown => {
  const value = (name: string, shape: Shape, outward: boolean, port: Port): unknown => {
    const leafOf = (leaf: Shape, path: readonly string[]) => make([name, ...path].join('_'), leaf, outward, port)
    // Whether a leaf can be driven is the same for all leaves of a port.
    let drivable: boolean | undefined
    const signals = new Map<string, Signal>()
    fromLeaves(shape, [], (leaf, path) => {
      const made = leafOf(leaf, path)
      drivable = made.drivable
      signals.set(path.join('_'), made.signal)
      return new UInt(made.signal)
    })
    const known = (path: readonly string[]): Signal => signals.get(path.join('_')) as Signal
    if (drivable) return settable(shape, [], 'drive', (_, path) => known(path))
    return fromLeaves(shape, [], (leaf, path) =>
      leaf.kind === 'uint' ? new UInt(known(path)) : new OneOf(leaf, known(path)),
    )
  }
  const view = (name: string, port: Port): unknown => {
    const outward = port.direction === 'out'
    if (port.shape.kind !== 'stream') return value(name, port.shape, outward, port)
    const payload = value(`${name}_payload`, port.shape.payload, outward, port)
    const valid = value(`${name}_valid`, bit, outward, port) as Bit
    const ready = value(`${name}_ready`, bit, !outward, port) as Bit
    let fire: Bit | undefined
    return {
      payload,
      valid,
      ready,
      get fire() {
        fire ??= new UInt<1>(
          Object.freeze({
            kind: 'operation',
            operator: 'and',
            operands: Object.freeze([valid.expression, ready.expression]),
            bits: 1,
            origin: capture(`${name}_fire`),
          } as const),
        )
        return fire
      },
    }
  }
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [
      name,
      Array.isArray(port)
        ? (port as readonly Port[]).map((one, index) => view(`${name}_${index}`, one))
        : view(name, port as Port),
    ]),
  )
}

const elaborateModule = (definition: ModuleDefinition): Module => {
  const { elaborated } = elaboration()
  const before = elaborated.get(definition)
  if (before) return before
  const made = runBody(definition)
  elaborated.set(definition, made)
  return made
}

const runBody = (definition: ModuleDefinition): Module => {
  const shared = elaboration()
  if (shared.stack.some((outer) => outer.name === definition.name) && shared.stack.length > 64)
    throw new RangeError(`module ${definition.name} contains itself`)
  const own = newBuilder(definition.name)
  // The implicit clock and reset take their names first.
  own.names.add('clk').add('rst')
  shared.stack.push(own)
  let made: Module
  try {
    if (!isLegalName(definition.name))
      reportMistake(
        'HDL-0304',
        `a module cannot have the name '${definition.name}'`,
        { origin: definition.origin, note: 'letters, digits and _ make a name; words of Verilog are taken' },
        [],
        [`module('${definition.name.replace(/\W/g, '_')}_unit', ...)`],
      )
    const ports = viewPorts(definition.ports, (name, leaf, outward, port) => ({
      signal: newSignal(name, leaf.bits, outward ? 'output' : 'input', port.origin, {
        cases: leaf.kind === 'oneOf' ? leaf.codes : undefined,
      }),
      drivable: outward,
    }))
    definition.body(ports as Views<PortRecord, 'inside'>)
    for (const check of own.atEnd) check()
    made = Object.freeze({
      kind: 'module',
      name: definition.name,
      summary: summaryAt(definition.origin.places[0]),
      domains: Object.freeze([mainDomain]),
      provided: Object.freeze([]),
      ports: Object.freeze(own.ports),
      signals: Object.freeze(own.signals),
      memories: Object.freeze(own.memories),
      readPorts: Object.freeze(own.readPorts),
      instances: Object.freeze(own.instances),
      machines: Object.freeze([]),
      body: Object.freeze(own.blocks[0] ?? []),
      probes: Object.freeze(own.probes),
      properties: Object.freeze(own.properties),
      allowances: Object.freeze([]),
      external: undefined,
      origin: definition.origin,
    })
  } finally {
    shared.stack.pop()
  }
  const print = fingerprint(made)
  const known = shared.modules.get(made.name)
  if (!known) {
    shared.modules.set(made.name, { module: made, fingerprint: print })
    return made
  }
  if (known.fingerprint !== print)
    reportMistake(
      'HDL-0303',
      `two different modules have the name ${made.name}`,
      { origin: made.origin, note: 'this one' },
      [{ origin: known.module.origin, note: 'and this one, or the same with other parameters' }],
      ['put the parameters into the name: module(`fifo_${payload.bits}x${depth}`, ...)'],
    )
  return known.module
}

/**
 * Runs the bodies of a module and all below it, and checks the result.
 *
 * Rejects: DesignError with all mistakes of the design, in source order.
 */
export const elaborate = (definition: { readonly name: string }): Design =>
  inElaboration((shared) => {
    const top = elaborateModule(definition as ModuleDefinition)
    const design: Design = Object.freeze({
      kind: 'design',
      top,
      modules: Object.freeze([...shared.modules.values()].map((entry) => entry.module)),
    })
    const mistakes = checkDesign(design, shared.diagnostics)
    if (mistakes.length > 0) throw new DesignError(mistakes)
    return design
  })
