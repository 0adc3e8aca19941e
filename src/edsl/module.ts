/** Modules as values, and the elaboration of a design. */
import type { Design, Diagnostic, External, Module } from '#ir'
import { checkDesign } from '#check'
import { isVerilogName } from '#layout'
import { DesignError } from '#report'
import { leafDetails } from './bundle.ts'
import { type Builder, elaboration, inElaboration, newBuilder, reportMistake } from './context.ts'
import { domainsOf } from './domain.ts'
import type { ExternalModule } from './external.ts'
import { fingerprint } from './fingerprint.ts'
import { reportWrongReads } from './foreign.ts'
import { capture, summaryAt } from './origin.ts'
import type { PortRecord, Views } from './ports.ts'
import { newSignal } from './signal.ts'
import { type PortLeaf, viewPorts } from './view-ports.ts'

/** A module as a value: a name, a record of ports, a body. */
export interface ModuleDefinition<P extends PortRecord = PortRecord> {
  readonly name: string
  readonly ports: P
  readonly body: (ports: Views<P, 'inside'>) => void
  readonly origin: ReturnType<typeof capture>
  /** Set for Verilog that was not made here; such a module has no body. */
  readonly external?: ExternalModule
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

/** The node of a definition; its body runs once in a design, however often it is used. */
export const elaborateModule = (definition: ModuleDefinition): Module => {
  const { elaborated } = elaboration()
  const before = elaborated.get(definition)
  if (before) return before
  refuseEndless(definition)
  const made = runBody(definition)
  elaborated.set(definition, made)
  return made
}

/** More levels than any design has: only one that never ends gets there. */
const deepest = 200

/** Rejects: HDL-0308 for a module that is below itself. */
const refuseEndless = (definition: ModuleDefinition): void => {
  const { stack } = elaboration()
  const inside = stack.find((outer) => outer.definition === definition)
  if (!inside && stack.length < deepest) return
  const path = stack.map((outer) => outer.name)
  throw new DesignError([
    {
      code: 'HDL-0308',
      title: inside
        ? `module ${definition.name} contains itself`
        : `module ${definition.name} is ${stack.length} levels below the top, and there is no end`,
      at: { origin: capture(), note: `an instance of ${definition.name}, inside of ${path.at(-1)}` },
      also: [{ origin: definition.origin, note: `${definition.name} is described here` }],
      path: path.slice(0, 8),
      help: [
        'make the module with a smaller parameter each time, and use no instance for the smallest:',
        'const tree = (leaves: number) => module(`tree_${leaves}`, ports, () => { if (leaves > 1) instance(tree(leaves / 2)) })',
      ],
    },
  ])
}

const runBody = (definition: ModuleDefinition): Module => {
  const shared = elaboration()
  const own = newBuilder(definition.name, definition)
  // The clock and reset of the domain that is always there take their names first.
  if (!definition.external) own.names.add('clk').add('rst')
  shared.stack.push(own)
  let made: Module
  try {
    if (!isVerilogName(definition.name))
      reportMistake(
        'HDL-0304',
        `a module cannot have the name '${definition.name}'`,
        {
          origin: definition.origin,
          note: /^[A-Za-z_]\w*$/.test(definition.name)
            ? `'${definition.name}' is a word of Verilog`
            : 'letters, digits and _ make a name, and no digit begins it',
        },
        [],
        [`module('${definition.name.replace(/\W/g, '_').replace(/^(?=\d)/, '_')}_unit', ...)`],
      )
    const ports = viewPorts(definition.ports, (leaf) => ({ signal: portSignal(own, leaf), drivable: leaf.outward }))
    definition.body(ports as Views<PortRecord, 'inside'>)
    for (const check of own.atEnd) check()
    reportWrongReads(own)
    made = frozenModule(own, definition)
  } finally {
    shared.stack.pop()
  }
  return sharedWithSame(made)
}

const portSignal = (owner: Builder, { name, label, shape, outward, port }: PortLeaf) => {
  const external = (owner.definition as ModuleDefinition).external !== undefined
  const signal = newSignal(name, shape.bits, outward ? 'output' : 'input', port.origin, {
    label,
    ...leafDetails(shape),
    domain: port.domain,
    exact: external,
  })
  const holder = owner.ports.find((other) => other !== signal && signal.name === `${other.name}_2`)
  if (holder)
    reportMistake(
      'HDL-0304',
      `two ports have the name ${holder.name}: \`${holder.label}\` and \`${label}\``,
      { origin: port.origin, note: `\`${label}\`` },
      [{ origin: holder.origin, note: `\`${holder.label}\`` }],
      ['names on the way to a port are joined by _, upper case begins a new word: give one another name'],
    )
  return signal
}

const frozenModule = (own: Builder, definition: ModuleDefinition): Module => {
  const external: External | undefined = definition.external?.node()
  return Object.freeze({
    kind: 'module',
    name: definition.name,
    summary: summaryAt(definition.origin.places[0]),
    domains: definition.external?.domains ?? domainsOf(own),
    provided: Object.freeze(own.provided),
    ports: Object.freeze(own.ports),
    signals: Object.freeze(own.signals),
    memories: Object.freeze(own.memories),
    readPorts: Object.freeze(own.readPorts),
    instances: Object.freeze(own.instances),
    machines: Object.freeze(own.machines),
    body: Object.freeze(own.blocks[0] ?? []),
    probes: Object.freeze(own.probes),
    properties: Object.freeze(own.properties),
    allowances: Object.freeze(own.allowances),
    external,
    origin: definition.origin,
  })
}

/** The module of the same name that is there already, if it is the same. Rejects: HDL-0303 if it is not. */
const sharedWithSame = (made: Module): Module => {
  const { modules } = elaboration()
  const print = fingerprint(made)
  const known = modules.get(made.name)
  if (!known) {
    modules.set(made.name, { module: made, fingerprint: print })
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

/** Mistakes after which the rules have nothing to look at: what is read is not there. */
const endsChecks = new Set(['HDL-0307', 'HDL-0311'])

/**
 * Runs the bodies of a module and all below it, and checks the result.
 *
 * Rejects: DesignError with all mistakes of the design, in source order.
 */
export const elaborate = (definition: { readonly name: string }): Design =>
  inElaboration((shared) => {
    const began = performance.now()
    const refuse = (mistakes: readonly Diagnostic[]): never => {
      const seconds = (performance.now() - began) / 1000
      throw new DesignError(mistakes, { summary: { designs: 1, modules: Math.max(1, shared.modules.size), seconds } })
    }
    const top = endingWith(shared.diagnostics, () => elaborateModule(definition as ModuleDefinition), refuse)
    const modules = Object.freeze([...shared.modules.values()].map((entry) => entry.module))
    const checked = !shared.diagnostics.some(({ code }) => endsChecks.has(code))
    const design: Design = Object.freeze({ kind: 'design', top, modules: checked ? modules : [] })
    const mistakes = checkDesign(design, shared.diagnostics)
    return mistakes.length > 0 ? refuse(mistakes) : design
  })

/** What `run` makes; a mistake that ends it comes out together with those that were found before. */
const endingWith = (
  found: readonly Diagnostic[],
  run: () => Module,
  refuse: (mistakes: readonly Diagnostic[]) => never,
): Module => {
  try {
    return run()
  } catch (error) {
    if (error instanceof DesignError) refuse([...found, ...error.diagnostics])
    throw error
  }
}
