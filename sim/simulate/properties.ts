// The properties and probes of a design, by instance.

import type { Design, Module, Place, Property } from '#ir'

/** A property of an instance. */
export interface PlacedProperty {
  readonly property: Property
  readonly path: readonly string[]
}

/** The properties of all instances, parents first. */
export const propertiesOf = (design: Design): readonly PlacedProperty[] => {
  const placed: PlacedProperty[] = []
  const visit = (module: Module, path: readonly string[]): void => {
    for (const property of module.properties) placed.push({ property, path })
    for (const { name, module: child } of module.instances) visit(child, [...path, name])
  }
  visit(design.top, [])
  return placed
}

/** Where the property with this sentence is stated, in the instance at `path`. */
export const placesOf = (design: Design, path: readonly string[], sentence: string): readonly Place[] => {
  let module: Module | undefined = design.top
  for (const name of path) module = module?.instances.find((instance) => instance.name === name)?.module
  return module?.properties.find((property) => property.sentence === sentence)?.origin.places ?? []
}
