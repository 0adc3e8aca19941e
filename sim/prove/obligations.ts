/** What has to be shown of a design: one obligation per property and place where its module is used. */
import type { Design, Expression, Instance, Module, Property } from '#ir'

/** One property of one instance. `label` names it in the Verilog: unique in the design. */
export interface Obligation {
  readonly label: string
  readonly property: Property
  /** Names of the instances from below the top. */
  readonly path: readonly string[]
}

/** The design as the prover sees it, and what to show of it. */
export interface Problem {
  /** Every `cover` turned into the assertion that it never happens, every sentence replaced by its number. */
  readonly design: Design
  readonly obligations: readonly Obligation[]
}

/** The sentence of the property that no behaviour of the inputs can violate: shows that the assumptions allow anything at all. */
export const livelySentence = 'a cycle outside of reset can happen'

/** Numbers the properties of a design and turns covers into assertions. */
export const problemOf = (design: Design): Problem => {
  const copies = new Map<Module, Module>()
  const numbers = new Map<Property, number>()
  for (const module of design.modules) copies.set(module, copyOf(module, module === design.top, copies, numbers))
  const top = copies.get(design.top) as Module
  return { design: { kind: 'design', top, modules: [...copies.values()] }, obligations: obligationsOf(top, numbers) }
}

const copyOf = (
  module: Module,
  isTop: boolean,
  copies: ReadonlyMap<Module, Module>,
  numbers: Map<Property, number>,
): Module => {
  const lively: Property[] =
    isTop && module.domains[0] !== undefined
      ? [
          {
            kind: 'property',
            check: 'cover',
            condition: { kind: 'literal', bits: 1, value: 1n, origin: module.origin },
            sentence: livelySentence,
            domain: module.domains[0],
            origin: module.origin,
          },
        ]
      : []
  const properties = [...lively, ...module.properties].map((property): Property => {
    if (property.check === 'assume') return property
    const number = numbers.size
    const copy: Property = {
      ...property,
      sentence: `p${number}`,
      check: 'assert',
      condition: property.check === 'cover' ? not(property.condition) : property.condition,
    }
    numbers.set(copy, number)
    originals.set(copy, property)
    return copy
  })
  const instances = module.instances.map((instance): Instance => ({
    ...instance,
    module: copies.get(instance.module) ?? instance.module,
  }))
  return { ...module, properties, instances }
}

/** The property as the designer wrote it, by its numbered copy. */
const originals = new WeakMap<Property, Property>()

const not = (condition: Expression): Expression => ({
  kind: 'operation',
  operator: 'not',
  operands: [condition],
  bits: 1,
  origin: condition.origin,
})

const obligationsOf = (top: Module, numbers: ReadonlyMap<Property, number>): readonly Obligation[] => {
  const found: Obligation[] = []
  const visit = (module: Module, path: readonly string[]): void => {
    for (const copy of module.properties) {
      const number = numbers.get(copy)
      const property = originals.get(copy)
      if (number !== undefined && property !== undefined)
        found.push({ label: [...path, `p${number}`].join('.'), property, path })
    }
    for (const instance of module.instances) visit(instance.module, [...path, instance.name])
  }
  visit(top, [])
  return found
}
